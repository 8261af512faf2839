// Errors, threads, devices, and the modes of a thread.

#include "LoadedLibrary.hpp"
#include "Shim.hpp"
#include "WideConvolution.hpp"

#include <dlfcn.h>

#include <climits>
#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include <ATen/Parallel.h>
#include <ATen/autocast_mode.h>
#include <c10/core/GradMode.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <cstdlib>
#include <cstring>
#include <new>
#include <string_view>

namespace sheaf {

std::atomic<int64_t> liveTensorCount{0};

namespace {

thread_local std::string lastMessage;
std::atomic<int32_t> threadCount{0};

CTorchStatus fail(CTorchStatus kind, std::string_view message) noexcept {
  try {
    // libtorch's messages end in a C++ stack trace or an enforcement note after the first line.
    auto end = message.find('\n');
    lastMessage.assign(message.substr(0, end));
  } catch (...) {
    // No memory left for the message itself; the kind still tells.
    lastMessage.clear();
  }
  return kind;
}

/// libtorch raises one exception type for nearly everything, so the kind is read from its wording.
CTorchStatus kindOf(std::string_view message) {
  auto mentions = [&](std::string_view text) { return message.find(text) != std::string_view::npos; };
  if (mentions("can't allocate memory") || mentions("out of memory") || mentions("not enough memory")) {
    return CTORCH_OUT_OF_MEMORY;
  }
  if (mentions("CUDA") || mentions("not linked with support for") || mentions("PyTorch is not linked")) {
    return CTORCH_DEVICE;
  }
  if (mentions("size") || mentions("shape") || mentions("dimension") || mentions("Dimension") || mentions("dtype") ||
      mentions("expected scalar type") || mentions("type as") || mentions("channels")) {
    return CTORCH_SHAPE;
  }
  return CTORCH_OTHER;
}

}  // namespace

void prepareThread() {
  thread_local int32_t applied = 0;
  int32_t wanted = threadCount.load(std::memory_order_relaxed);
  if (wanted != applied) {
    at::set_num_threads(wanted);
    applied = wanted;
  }
}

CTorchStatus describeException() noexcept {
  try {
    throw;
  } catch (const Failure &failure) {
    return fail(failure.kind, failure.message);
  } catch (const c10::OutOfMemoryError &error) {
    return fail(CTORCH_OUT_OF_MEMORY, error.what_without_backtrace());
  } catch (const c10::Error &error) {
    return fail(kindOf(error.what_without_backtrace()), error.what_without_backtrace());
  } catch (const std::bad_alloc &) {
    return fail(CTORCH_OUT_OF_MEMORY, "out of memory");
  } catch (const std::exception &error) {
    return fail(kindOf(error.what()), error.what());
  } catch (...) {
    return fail(CTORCH_OTHER, "libtorch threw something that is not an exception");
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
    default: throw Failure{CTORCH_OTHER, "unknown element type code " + std::to_string(code)};
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
    default: throw Failure{CTORCH_SHAPE, std::string("unsupported element type ") + c10::toString(type)};
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

}  // namespace sheaf

using namespace sheaf;

const char *ctorch_error_message(void) { return lastMessage.c_str(); }

int64_t ctorch_live_tensor_count(void) { return liveTensorCount.load(); }

CTorchStatus ctorch_set_threads(int32_t count) {
  return guarded([&] {
    if (count < 1) throw Failure{CTORCH_OTHER, "at least one thread is needed, " + std::to_string(count) + " given"};
    // Operators run one after another, so a second pool would only compete for the same cores. libtorch allows this
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
    // thread alone; it is looked up because libtorch brings one along, under names of its own.
    using SetThreads = void (*)(int);
    static const auto set = reinterpret_cast<SetThreads>(dlsym(RTLD_DEFAULT, "omp_set_num_threads"));
    // Asking also gives a new thread its first setting, which would otherwise come later and undo this one.
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
    if (wanted.is_cpu()) {
      *available = 1;
      return;
    }
    try {
      c10::impl::VirtualGuardImpl implementation(wanted.type());
      *available = implementation.deviceCount() > (wanted.has_index() ? wanted.index() : 0);
    } catch (const c10::Error &) {
      *available = 0;
    }
  });
}

CTorchStatus ctorch_device_synchronize(const char *name) {
  return guarded([&] {
    auto wanted = device(name);
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
    // The casts of weights are cached for one forward pass; they are stale once the weights have been updated.
    if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
    at::autocast::set_autocast_enabled(kind, previous_enabled != 0);
    at::autocast::set_autocast_dtype(kind, scalarType(previous_scalar_type));
  });
}

CTorchStatus ctorch_set_wide_convolutions(int32_t enabled, int32_t *previous) {
  return guarded([&] { *previous = setWideConvolutions(enabled != 0); });
}
