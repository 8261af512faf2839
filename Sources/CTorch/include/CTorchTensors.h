#ifndef SHEAF_CTORCH_TENSORS_H
#define SHEAF_CTORCH_TENSORS_H

// Making, reading, viewing and overwriting tensors.

#include "CTorchStatus.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Element types.
enum {
  CTORCH_FLOAT32 = 0,
  CTORCH_BFLOAT16 = 1,
  CTORCH_FLOAT16 = 2,
  CTORCH_FLOAT64 = 3,
  CTORCH_UINT8 = 4,
  CTORCH_INT32 = 5,
  CTORCH_INT64 = 6,
  CTORCH_BOOL = 7,
};

typedef struct CTorchTensor CTorchTensor;

void ctorch_tensor_free(CTorchTensor *tensor);
CTorchStatus ctorch_tensor_zeros(const int64_t *shape, int32_t axes, int32_t scalar_type, const char *device,
                                 CTorchTensor **out);
/// Elements are undefined until they are written.
CTorchStatus ctorch_tensor_empty(const int64_t *shape, int32_t axes, int32_t scalar_type, const char *device,
                                 CTorchTensor **out);
/// Copies `byte_count` bytes of dense C-order elements from host memory. A copy to a GPU is queued behind earlier work
/// there, and the host does not wait for it.
CTorchStatus ctorch_tensor_from_bytes(const void *bytes, size_t byte_count, const int64_t *shape, int32_t axes,
                                      int32_t scalar_type, const char *device, CTorchTensor **out);
/// Copies the elements, converted to `scalar_type`, in dense C order to host memory of exactly `byte_count` bytes.
CTorchStatus ctorch_tensor_to_bytes(const CTorchTensor *tensor, int32_t scalar_type, void *bytes, size_t byte_count);
/// Overwrites the elements from host memory, in place and without recording a gradient.
CTorchStatus ctorch_tensor_set_bytes(CTorchTensor *tensor, int32_t scalar_type, const void *bytes, size_t byte_count);
/// The memory of a dense tensor on the CPU; valid while a handle to the tensor or a view of it lives.
CTorchStatus ctorch_tensor_data(const CTorchTensor *tensor, void **data, size_t *byte_count);
/// The memory of a dense float32 tensor on its own device, and the number of its elements.
CTorchStatus ctorch_tensor_device_floats(const CTorchTensor *tensor, void **data, size_t *count);
/// A one-dimensional float32 tensor in page-locked host memory, which `device` copies from and to without the host;
/// plain memory for the CPU. Elements are undefined.
CTorchStatus ctorch_tensor_host_buffer(int64_t count, const char *device, CTorchTensor **out);

CTorchStatus ctorch_tensor_axes(const CTorchTensor *tensor, int32_t *axes);
CTorchStatus ctorch_tensor_shape(const CTorchTensor *tensor, int64_t *shape, int32_t axes);
CTorchStatus ctorch_tensor_scalar_type(const CTorchTensor *tensor, int32_t *scalar_type);
CTorchStatus ctorch_tensor_device(const CTorchTensor *tensor, char *name, size_t capacity);
/// The only element as a double.
CTorchStatus ctorch_tensor_item(const CTorchTensor *tensor, double *value);

/// The tensor itself if type and device are these already.
CTorchStatus ctorch_tensor_to(const CTorchTensor *tensor, int32_t scalar_type, const char *device, CTorchTensor **out);
/// A copy with channels stored fastest (`channels_last` non-zero) or in C order.
CTorchStatus ctorch_tensor_layout(const CTorchTensor *tensor, int32_t channels_last, CTorchTensor **out);
CTorchStatus ctorch_tensor_clone(const CTorchTensor *tensor, CTorchTensor **out);
CTorchStatus ctorch_tensor_detach(const CTorchTensor *tensor, CTorchTensor **out);
/// A view of `length` entries from `start` on along `axis`.
CTorchStatus ctorch_tensor_narrow(const CTorchTensor *tensor, int32_t axis, int64_t start, int64_t length,
                                  CTorchTensor **out);
/// A view with any sizes and strides, counted in elements, of a one-dimensional tensor.
CTorchStatus ctorch_tensor_strided(const CTorchTensor *tensor, const int64_t *shape, const int64_t *strides,
                                   int32_t axes, int64_t offset, CTorchTensor **out);

// The following overwrite elements in place without recording a gradient.

CTorchStatus ctorch_tensor_copy(CTorchTensor *destination, const CTorchTensor *source);
CTorchStatus ctorch_tensor_fill(CTorchTensor *tensor, double value);
CTorchStatus ctorch_tensor_scale(CTorchTensor *tensor, double factor);
/// tensor + weight · (other − tensor).
CTorchStatus ctorch_tensor_interpolate(CTorchTensor *tensor, const CTorchTensor *other, double weight);

#ifdef __cplusplus
}
#endif

#endif
