// Loading and running TorchScript modules.

#include "Shim.hpp"

#include <c10/core/GradMode.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/serialization/import.h>

#include <memory>

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
  throw Failure{CTORCH_OTHER, "the module gives " + value.tagKind() + ", a tensor was expected"};
}

}  // namespace

CTorchStatus ctorch_module_load(const char *path, const char *name, CTorchModule **out) {
  return guarded([&] {
    auto target = device(name);
    try {
      auto module = std::make_unique<CTorchModule>();
      module->module = torch::jit::load(path, target);
      module->module.eval();
      *out = module.release();
    } catch (const c10::Error &error) {
      throw Failure{CTORCH_FILE, error.what_without_backtrace()};
    }
  });
}

CTorchStatus ctorch_module_forward(CTorchModule *module, const CTorchTensor *input, CTorchTensor **out) {
  return produce(out, [&] { return firstTensor(module->module.forward({input->tensor})); });
}

void ctorch_module_free(CTorchModule *module) { delete module; }
