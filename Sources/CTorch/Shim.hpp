#pragma once

#include "CTorch.h"

#include <ATen/ATen.h>

#include <atomic>
#include <string>
#include <utility>

struct CTorchTensor {
  at::Tensor tensor;
};

namespace sheaf {

/// Handles that were made and not yet freed.
extern std::atomic<int64_t> liveTensorCount;

/// A failure whose kind is known where it is raised.
struct Failure {
  CTorchStatus kind;
  std::string message;
};

/// Gives this thread the thread count that was asked for: OpenMP keeps it per thread, and a new thread would otherwise
/// start with one worker per core.
void prepareThread();

/// Turns the exception being handled into a status and this thread's message.
CTorchStatus describeException() noexcept;

/// Runs `body`, which may throw anything.
template <typename Body>
CTorchStatus guarded(Body &&body) noexcept {
  try {
    prepareThread();
    body();
    return CTORCH_OK;
  } catch (...) {
    return describeException();
  }
}

inline CTorchTensor *makeHandle(at::Tensor tensor) {
  auto *handle = new CTorchTensor{std::move(tensor)};
  liveTensorCount.fetch_add(1, std::memory_order_relaxed);
  return handle;
}

/// For operators that give one tensor.
template <typename Body>
CTorchStatus produce(CTorchTensor **out, Body &&body) noexcept {
  return guarded([&] { *out = makeHandle(body()); });
}

/// The tensor of a handle, undefined for a null handle (an absent bias).
inline at::Tensor optionalTensor(const CTorchTensor *handle) {
  return handle == nullptr ? at::Tensor() : handle->tensor;
}

/// Whether this libtorch can take oneDNN's convolutions on the processor.
inline bool hasOneDNN() { return at::globalContext().hasMKLDNN() && at::globalContext().userEnabledMkldnn(); }

at::ScalarType scalarType(int32_t code);
int32_t scalarTypeCode(at::ScalarType type);
/// The device of a name; for CUDA its part of libtorch is loaded first.
at::Device device(const char *name);

/// Copies a text with its terminating zero to a buffer of the caller.
void copyText(const std::string &text, char *buffer, size_t capacity);

}  // namespace sheaf
