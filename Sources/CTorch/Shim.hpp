#pragma once

// What the files of this target share: handles, and the conversion of exceptions to statuses.

#include "CTorchStatus.h"
#include "CTorchTensors.h"

#include <ATen/core/Tensor.h>

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

/// Gives this thread the thread count that was set: OpenMP keeps it per thread, and a new thread would otherwise start
/// with one worker per core.
void prepareThread();

/// Makes libtorch throw `c10::OutOfMemoryError` when host memory is exhausted; only the first call has an effect.
void reportExhaustedMemoryByType();

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

/// For operators that return one tensor.
template <typename Body>
CTorchStatus produce(CTorchTensor **out, Body &&body) noexcept {
  return guarded([&] { *out = makeHandle(body()); });
}

/// For operators that return a pair of tensors.
template <typename Body>
CTorchStatus producePair(CTorchTensor **first, CTorchTensor **second, Body &&body) noexcept {
  return guarded([&] {
    auto [a, b] = body();
    auto *handle = makeHandle(a);
    *second = makeHandle(b);
    *first = handle;
  });
}

/// The tensor of a handle, undefined for a null handle (an absent bias).
inline at::Tensor optionalTensor(const CTorchTensor *handle) {
  return handle == nullptr ? at::Tensor() : handle->tensor;
}

at::ScalarType scalarType(int32_t code);
int32_t scalarTypeCode(at::ScalarType type);

/// The device of a name; for CUDA its part of libtorch is loaded first.
at::Device device(const char *name);

/// The same, after checking that the device exists.
at::Device usableDevice(const char *name);

/// Copies a text with its terminating zero to a buffer of the caller.
void copyText(const std::string &text, char *buffer, size_t capacity);

}  // namespace sheaf
