// Threads, memory, devices, and the modes of a thread.

#include "CTorchRuntime.h"
#include "LoadedLibrary.hpp"
#include "Shim.hpp"
#include "TorchKernels.hpp"

#include <ATen/Parallel.h>
#include <ATen/autocast_mode.h>
#include <c10/core/GradMode.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <dlfcn.h>
#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include <climits>
#include <cstring>

namespace sheaf {

std::atomic<int64_t> liveTensorCount{0};

namespace {

std::atomic<int32_t> threadCount{0};

/// How many devices of a kind there are; 0 for a kind that this libtorch was built without.
int32_t deviceCount(c10::DeviceType type) {
  if (!c10::impl::hasDeviceGuardImpl(type)) return 0;
  return c10::impl::VirtualGuardImpl(type).deviceCount();
}

}  // namespace

void prepareThread() {
  reportExhaustedMemoryByType();
  thread_local int32_t applied = 0;
  int32_t wanted = threadCount.load(std::memory_order_relaxed);
  if (wanted != applied) {
    at::set_num_threads(wanted);
    applied = wanted;
  }
}

at::ScalarType scalarType(int32_t code) {
  switch (code) {
    case CTORCH_FLOAT32: return at::kFloat;
    case CTORCH_BFLOAT16: return at::kBFloat16;
    case CTORCH_FLOAT16: return at::kHalf;
    case CTORCH_FLOAT64: return at::kDouble;
    case CTORCH_UINT8: return at::kByte;
    case CTORCH_INT32: return at::kInt;
    case CTORCH_INT64: return at::kLong;
    case CTORCH_BOOL: return at::kBool;
    default: throw Failure{CTORCH_INVALID_ARGUMENT, "unknown element type code " + std::to_string(code)};
  }
}

int32_t scalarTypeCode(at::ScalarType type) {
  switch (type) {
    case at::kFloat: return CTORCH_FLOAT32;
    case at::kBFloat16: return CTORCH_BFLOAT16;
    case at::kHalf: return CTORCH_FLOAT16;
    case at::kDouble: return CTORCH_FLOAT64;
    case at::kByte: return CTORCH_UINT8;
    case at::kInt: return CTORCH_INT32;
    case at::kLong: return CTORCH_INT64;
    case at::kBool: return CTORCH_BOOL;
    default: throw Failure{CTORCH_INVALID_ARGUMENT, std::string("unsupported element type ") + c10::toString(type)};
  }
}

void copyText(const std::string &text, char *buffer, size_t capacity) {
  if (text.size() + 1 > capacity) throw Failure{CTORCH_OTHER, text + " does not fit into the buffer"};
  std::memcpy(buffer, text.c_str(), text.size() + 1);
}

at::Device device(const char *name) {
  try {
    auto wanted = at::Device(name);
    if (wanted.is_cuda()) loadCUDALibrary();
    return wanted;
  } catch (const c10::Error &) {
    throw Failure{CTORCH_DEVICE, std::string("there is no device named ") + name};
  }
}

at::Device usableDevice(const char *name) {
  auto wanted = device(name);
  if (wanted.is_cpu()) return wanted;
  auto found = deviceCount(wanted.type());
  if ((wanted.has_index() ? wanted.index() : 0) < found) return wanted;
  std::string reason = "libtorch finds " + std::to_string(found) + " of its kind";
  if (wanted.is_cuda() && !loadCUDALibrary().problem.empty()) reason = loadCUDALibrary().problem;
  throw Failure{CTORCH_DEVICE, std::string("there is no device ") + name + ": " + reason};
}

}  // namespace sheaf

using namespace sheaf;

int64_t ctorch_live_tensor_count(void) { return liveTensorCount.load(); }

CTorchStatus ctorch_set_threads(int32_t count) {
  return guarded([&] {
    if (count < 1)
      throw Failure{CTORCH_INVALID_ARGUMENT, "at least one thread is needed, " + std::to_string(count) + " given"};
    // Operators run one after another, so a second pool would only compete for the same cores. libtorch accepts this
    // setting once, before its first use.
    static const bool once = [] {
      try {
        at::set_num_interop_threads(1);
      } catch (const c10::Error &) {
        return false;
      }
      return true;
    }();
    (void)once;
    threadCount.store(count, std::memory_order_relaxed);
    prepareThread();
  });
}

CTorchStatus ctorch_get_threads(int32_t *count) {
  return guarded([&] { *count = at::get_num_threads(); });
}

CTorchStatus ctorch_limit_thread(int32_t count, int32_t *previous) {
  return guarded([&] {
    // libtorch's own function changes what new threads start with, and drops caches. OpenMP's changes the calling
    // thread alone; it is looked up by name because libtorch comes with an OpenMP library of its own.
    using SetThreads = void (*)(int);
    static const auto set = reinterpret_cast<SetThreads>(dlsym(RTLD_DEFAULT, "omp_set_num_threads"));
    // This call also gives a new thread its first setting, which would otherwise come later and undo this one.
    *previous = at::get_num_threads();
    if (set != nullptr) set(count);
  });
}

void ctorch_keep_freed_memory(void) {
#if defined(__GLIBC__)
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, INT_MAX);
#endif
}

void ctorch_return_freed_memory(void) {
#if defined(__GLIBC__)
  // The values glibc starts with.
  mallopt(M_MMAP_THRESHOLD, 128 << 10);
  mallopt(M_TRIM_THRESHOLD, 128 << 10);
  malloc_trim(0);
#endif
}

CTorchStatus ctorch_device_available(const char *name, int32_t *available) {
  return guarded([&] {
    auto wanted = device(name);
    *available = wanted.is_cpu() || deviceCount(wanted.type()) > (wanted.has_index() ? wanted.index() : 0);
  });
}

CTorchStatus ctorch_device_make_current(const char *name, int32_t *previous_index) {
  return guarded([&] {
    auto wanted = usableDevice(name);
    *previous_index = 0;
    if (wanted.is_cpu()) return;
    c10::impl::VirtualGuardImpl implementation(wanted.type());
    auto previous = implementation.getDevice();
    *previous_index = previous.index();
    if (wanted.has_index() && wanted != previous) implementation.setDevice(wanted);
  });
}

CTorchStatus ctorch_device_synchronize(const char *name) {
  return guarded([&] {
    auto wanted = usableDevice(name);
    if (wanted.is_cpu()) return;
    c10::impl::VirtualGuardImpl implementation(wanted.type());
    // Everything here runs on the current stream; waiting for a whole device came with libtorch 2.6.
    implementation.getStream(wanted.has_index() ? wanted : implementation.getDevice()).synchronize();
  });
}

CTorchStatus ctorch_set_gradients_enabled(int32_t enabled, int32_t *previous) {
  return guarded([&] {
    *previous = c10::GradMode::is_enabled();
    c10::GradMode::set_enabled(enabled != 0);
  });
}

CTorchStatus ctorch_autocast_begin(const char *name, int32_t type, int32_t *previous_enabled,
                                   int32_t *previous_scalar_type) {
  return guarded([&] {
    auto kind = device(name).type();
    auto wanted = scalarType(type);
    *previous_enabled = at::autocast::is_autocast_enabled(kind);
    *previous_scalar_type = scalarTypeCode(at::autocast::get_autocast_dtype(kind));
    at::autocast::set_autocast_enabled(kind, true);
    at::autocast::set_autocast_dtype(kind, wanted);
    at::autocast::increment_nesting();
  });
}

CTorchStatus ctorch_autocast_end(const char *name, int32_t previous_enabled, int32_t previous_scalar_type) {
  return guarded([&] {
    auto kind = device(name).type();
    // Casts of weights are cached for one forward pass; they are stale once the weights have been updated.
    if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
    at::autocast::set_autocast_enabled(kind, previous_enabled != 0);
    at::autocast::set_autocast_dtype(kind, scalarType(previous_scalar_type));
  });
}

CTorchStatus ctorch_set_wide_convolutions(int32_t enabled, int32_t *previous) {
  return guarded([&] { *previous = setWideConvolutions(enabled != 0); });
}

CTorchStatus ctorch_prefers_wide_convolutions(const char *cpu_info, int32_t *prefers) {
  return guarded([&] { *prefers = prefersWideConvolutions(cpu_info); });
}
