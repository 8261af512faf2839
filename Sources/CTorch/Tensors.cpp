// Making, reading, viewing and overwriting tensors.

#include "Shim.hpp"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <cstring>

using namespace sheaf;

namespace {

at::IntArrayRef sizes(const int64_t *shape, int32_t axes) { return at::IntArrayRef(shape, static_cast<size_t>(axes)); }

at::TensorOptions options(int32_t type, const char *name) {
  return at::TensorOptions().dtype(scalarType(type)).device(usableDevice(name));
}

/// A tensor over host memory that it does not own.
at::Tensor borrowed(void *bytes, at::IntArrayRef shape, at::ScalarType type) {
  return at::from_blob(bytes, shape, at::TensorOptions().dtype(type));
}

void checkByteCount(size_t found, int64_t elements, at::ScalarType type) {
  auto expected = static_cast<size_t>(elements) * c10::elementSize(type);
  if (found != expected) {
    throw Failure{CTORCH_INVALID_ARGUMENT,
                  "expected " + std::to_string(expected) + " bytes of elements, found " + std::to_string(found)};
  }
}

}  // namespace

void ctorch_tensor_free(CTorchTensor *tensor) {
  if (tensor == nullptr) return;
  delete tensor;
  liveTensorCount.fetch_sub(1, std::memory_order_relaxed);
}

CTorchStatus ctorch_tensor_zeros(const int64_t *shape, int32_t axes, int32_t type, const char *name,
                                 CTorchTensor **out) {
  return produce(out, [&] { return at::zeros(sizes(shape, axes), options(type, name)); });
}

CTorchStatus ctorch_tensor_empty(const int64_t *shape, int32_t axes, int32_t type, const char *name,
                                 CTorchTensor **out) {
  return produce(out, [&] { return at::empty(sizes(shape, axes), options(type, name)); });
}

CTorchStatus ctorch_tensor_from_bytes(const void *bytes, size_t byte_count, const int64_t *shape, int32_t axes,
                                      int32_t type, const char *name, CTorchTensor **out) {
  return produce(out, [&] {
    auto kind = scalarType(type);
    auto where = usableDevice(name);
    // A GPU reads page-locked memory without the host; libtorch keeps it until the copy is done.
    auto host = at::empty(sizes(shape, axes), at::TensorOptions().dtype(kind).pinned_memory(where.is_cuda()));
    checkByteCount(byte_count, host.numel(), kind);
    if (byte_count > 0) std::memcpy(host.data_ptr(), bytes, byte_count);
    return host.to(where, kind, /*non_blocking=*/true);
  });
}

CTorchStatus ctorch_tensor_to_bytes(const CTorchTensor *tensor, int32_t type, void *bytes, size_t byte_count) {
  return guarded([&] {
    c10::NoGradGuard noGradients;
    auto kind = scalarType(type);
    checkByteCount(byte_count, tensor->tensor.numel(), kind);
    if (byte_count > 0) borrowed(bytes, tensor->tensor.sizes(), kind).copy_(tensor->tensor);
  });
}

CTorchStatus ctorch_tensor_set_bytes(CTorchTensor *tensor, int32_t type, const void *bytes, size_t byte_count) {
  return guarded([&] {
    c10::NoGradGuard noGradients;
    auto kind = scalarType(type);
    checkByteCount(byte_count, tensor->tensor.numel(), kind);
    if (byte_count > 0) tensor->tensor.copy_(borrowed(const_cast<void *>(bytes), tensor->tensor.sizes(), kind));
  });
}

CTorchStatus ctorch_tensor_data(const CTorchTensor *tensor, void **data, size_t *byte_count) {
  return guarded([&] {
    const auto &value = tensor->tensor;
    if (!value.device().is_cpu()) {
      throw Failure{CTORCH_INVALID_ARGUMENT, "expected elements in host memory, found them on " + value.device().str()};
    }
    if (!value.is_contiguous()) throw Failure{CTORCH_INVALID_ARGUMENT, "the elements are not dense in C order"};
    *data = value.data_ptr();
    *byte_count = value.nbytes();
  });
}

CTorchStatus ctorch_tensor_device_floats(const CTorchTensor *tensor, void **data, size_t *count) {
  return guarded([&] {
    const auto &values = tensor->tensor;
    if (!values.is_contiguous() || values.scalar_type() != at::kFloat) {
      throw Failure{CTORCH_INVALID_ARGUMENT, "expected a dense tensor of type float32"};
    }
    *data = values.data_ptr();
    *count = static_cast<size_t>(values.numel());
  });
}

CTorchStatus ctorch_tensor_host_buffer(int64_t count, const char *name, CTorchTensor **out) {
  return produce(out, [&] {
    return at::empty({count}, at::TensorOptions().dtype(at::kFloat).pinned_memory(!usableDevice(name).is_cpu()));
  });
}

CTorchStatus ctorch_tensor_axes(const CTorchTensor *tensor, int32_t *axes) {
  return guarded([&] { *axes = static_cast<int32_t>(tensor->tensor.dim()); });
}

CTorchStatus ctorch_tensor_shape(const CTorchTensor *tensor, int64_t *shape, int32_t axes) {
  return guarded([&] {
    auto found = tensor->tensor.sizes();
    if (found.size() != static_cast<size_t>(axes))
      throw Failure{CTORCH_INVALID_ARGUMENT, "the tensor has another number of axes"};
    std::copy(found.begin(), found.end(), shape);
  });
}

CTorchStatus ctorch_tensor_scalar_type(const CTorchTensor *tensor, int32_t *type) {
  return guarded([&] { *type = scalarTypeCode(tensor->tensor.scalar_type()); });
}

CTorchStatus ctorch_tensor_device(const CTorchTensor *tensor, char *name, size_t capacity) {
  return guarded([&] { copyText(tensor->tensor.device().str(), name, capacity); });
}

CTorchStatus ctorch_tensor_item(const CTorchTensor *tensor, double *value) {
  return guarded([&] { *value = tensor->tensor.item().toDouble(); });
}

CTorchStatus ctorch_tensor_to(const CTorchTensor *tensor, int32_t type, const char *name, CTorchTensor **out) {
  return produce(out, [&] { return tensor->tensor.to(usableDevice(name), scalarType(type)); });
}

CTorchStatus ctorch_tensor_layout(const CTorchTensor *tensor, int32_t channels_last, CTorchTensor **out) {
  return produce(out, [&] {
    const auto &own = tensor->tensor;
    // A single channel is both first and last: only its stride makes the difference, from which convolutions derive the
    // layout of their output.
    if (channels_last && own.dim() == 5 && own.size(1) == 1 && own.is_contiguous()) {
      return own.as_strided(own.sizes(), {own.stride(0), 1, own.stride(2), own.stride(3), own.stride(4)});
    }
    return own.contiguous(channels_last ? at::MemoryFormat::ChannelsLast3d : at::MemoryFormat::Contiguous);
  });
}

CTorchStatus ctorch_tensor_clone(const CTorchTensor *tensor, CTorchTensor **out) {
  return produce(out, [&] { return tensor->tensor.clone(); });
}

CTorchStatus ctorch_tensor_detach(const CTorchTensor *tensor, CTorchTensor **out) {
  return produce(out, [&] { return tensor->tensor.detach(); });
}

CTorchStatus ctorch_tensor_narrow(const CTorchTensor *tensor, int32_t axis, int64_t start, int64_t length,
                                  CTorchTensor **out) {
  return produce(out, [&] { return tensor->tensor.narrow(axis, start, length); });
}

CTorchStatus ctorch_tensor_strided(const CTorchTensor *tensor, const int64_t *shape, const int64_t *strides,
                                   int32_t axes, int64_t offset, CTorchTensor **out) {
  return produce(out, [&] { return tensor->tensor.as_strided(sizes(shape, axes), sizes(strides, axes), offset); });
}

CTorchStatus ctorch_tensor_copy(CTorchTensor *destination, const CTorchTensor *source) {
  return guarded([&] {
    c10::NoGradGuard noGradients;
    if (destination->tensor.sizes() != source->tensor.sizes()) {
      throw Failure{CTORCH_INVALID_ARGUMENT, "cannot copy between tensors of different shapes"};
    }
    destination->tensor.copy_(source->tensor);
  });
}

CTorchStatus ctorch_tensor_fill(CTorchTensor *tensor, double value) {
  return guarded([&] {
    c10::NoGradGuard noGradients;
    tensor->tensor.fill_(value);
  });
}

CTorchStatus ctorch_tensor_scale(CTorchTensor *tensor, double factor) {
  return guarded([&] {
    c10::NoGradGuard noGradients;
    tensor->tensor.mul_(factor);
  });
}

CTorchStatus ctorch_tensor_interpolate(CTorchTensor *tensor, const CTorchTensor *other, double weight) {
  return guarded([&] {
    c10::NoGradGuard noGradients;
    tensor->tensor.lerp_(other->tensor, weight);
  });
}
