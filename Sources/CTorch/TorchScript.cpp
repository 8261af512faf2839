// Loading and running TorchScript modules.

#include "CTorchFiles.h"
#include "Shim.hpp"

#include <ATen/ops/all.h>
#include <ATen/ops/isfinite.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/serialization/import.h>

#include <cstdio>
#include <memory>
#include <new>
#include <string>
#include <string_view>

using namespace sheaf;

struct CTorchModule {
  torch::jit::Module module;
};

namespace {

at::Tensor firstTensor(const c10::IValue &value) {
  if (value.isTensor()) return value.toTensor();
  if (value.isTensorList() && !value.toTensorList().empty()) return value.toTensorList().get(0);
  if (value.isTuple() && !value.toTupleRef().elements().empty()) return firstTensor(value.toTupleRef().elements()[0]);
  if (value.isList() && !value.toListRef().empty()) return firstTensor(value.toListRef()[0]);
  throw Failure{CTORCH_SCRIPT, "expected the module to return a tensor, found " + value.tagKind()};
}

/// The interpreter's errors begin with a trace of the script and end with the error itself.
std::string lastLine(std::string_view text) {
  auto end = text.find_last_not_of('\n');
  if (end == std::string_view::npos) return "unknown";
  text = text.substr(0, end + 1);
  auto start = text.rfind('\n');
  return std::string(start == std::string_view::npos ? text : text.substr(start + 1));
}

}  // namespace

CTorchStatus ctorch_module_load(const char *path, const char *name, CTorchModule **out) {
  return guarded([&] {
    auto target = usableDevice(name);
    try {
      auto module = std::make_unique<CTorchModule>();
      module->module = torch::jit::load(path, target);
      module->module.eval();
      *out = module.release();
    } catch (const c10::OutOfMemoryError &) {
      throw;
    } catch (const c10::Error &error) {
      throw Failure{CTORCH_FILE, error.what_without_backtrace()};
    }
  });
}

CTorchStatus ctorch_module_forward(CTorchModule *module, const CTorchTensor *input, CTorchTensor **out) {
  return produce(out, [&] {
    try {
      return firstTensor(module->module.forward({input->tensor}));
    } catch (const c10::OutOfMemoryError &) {
      throw;
    } catch (const std::bad_alloc &) {
      throw;
    } catch (const std::exception &error) {
      // The interpreter wraps whatever its operators throw.
      throw Failure{CTORCH_SCRIPT, "the module's code failed: " + lastLine(error.what())};
    }
  });
}

CTorchStatus ctorch_module_not_finite(CTorchModule *module, int32_t *count, char *name, size_t capacity) {
  return guarded([&] {
    *count = 0;
    for (const auto &parameter : module->module.named_parameters()) {
      const auto &value = parameter.value;
      if (!value.is_floating_point() || at::isfinite(value).all().item<bool>()) continue;
      if ((*count)++ == 0) std::snprintf(name, capacity, "%s", parameter.name.c_str());
    }
  });
}

void ctorch_module_free(CTorchModule *module) { delete module; }
