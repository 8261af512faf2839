#ifndef SHEAF_CTORCH_H
#define SHEAF_CTORCH_H

// A plain C face for libtorch (2.4 or newer).
//
// 1. Every function returns a status; zero is success. After a failure `ctorch_error_message` says why, on the same
//    thread, until that thread's next failure. No C++ exception leaves a function.
// 2. A tensor is an opaque handle that owns one reference; every handle written to an `out` parameter must be given
//    back to `ctorch_tensor_free`. Nothing is written on failure.
// 3. Shapes are arrays of int64_t, axes in libtorch's order: (batch, channel, z, y, x) for volumes.
// 4. Functions may be called from any number of threads. Gradient mode and autocast belong to the calling thread;
//    the thread count, once set, is applied to every thread that calls in.

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef int32_t CTorchStatus;
enum {
  CTORCH_OK = 0,
  /// Host or device memory ran out; a smaller batch or tile may fit.
  CTORCH_OUT_OF_MEMORY = 1,
  /// Sizes, axes or element types do not go together.
  CTORCH_SHAPE = 2,
  /// A file could not be read or is not what it claims to be.
  CTORCH_FILE = 3,
  /// The device does not exist or this libtorch was built without it.
  CTORCH_DEVICE = 4,
  CTORCH_OTHER = 5,
};

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
typedef struct CTorchBuckets CTorchBuckets;
typedef struct CTorchModule CTorchModule;
typedef struct CTorchArchiveReader CTorchArchiveReader;
typedef struct CTorchArchiveWriter CTorchArchiveWriter;

/// Why the last failing call on this thread failed: one sentence without a C++ backtrace.
const char *ctorch_error_message(void);

// MARK: Runtime

/// Makes the C library keep large freed blocks instead of giving them back to the system.
void ctorch_keep_freed_memory(void);
/// Undoes it, and gives back what was kept.
void ctorch_return_freed_memory(void);

/// The version of the headers this was compiled with, such as "2.13.0".
const char *ctorch_compiled_version(void);
/// The version of the loaded libtorch, such as "2.13.0"; empty where it does not say.
CTorchStatus ctorch_loaded_version(char *version, size_t capacity);
/// The directory of the loaded libtorch, with a slash.
CTorchStatus ctorch_library_directory(char *path, size_t capacity);
/// Loads `libtorch_cuda.so` where it lies beside the loaded libtorch, and says whether it does. Every function that is
/// given a CUDA device does this first; a later call returns what the first one found.
CTorchStatus ctorch_load_cuda(int32_t *loaded);
/// Tensors handed out and not yet freed, in the whole process.
int64_t ctorch_live_tensor_count(void);
/// Threads used inside one operator, by every thread that calls in from now on.
CTorchStatus ctorch_set_threads(int32_t count);
CTorchStatus ctorch_get_threads(int32_t *count);
/// Limits operators on the calling thread alone to `count` threads, and tells what it was; `ctorch_set_threads` ends
/// this.
CTorchStatus ctorch_limit_thread(int32_t count, int32_t *previous);
/// Whether tensors can be made on `device` ("cpu", "cuda", "cuda:1").
CTorchStatus ctorch_device_available(const char *device, int32_t *available);
/// Waits for everything queued on `device`.
CTorchStatus ctorch_device_synchronize(const char *device);
/// Switches gradient recording on this thread and tells what it was.
CTorchStatus ctorch_set_gradients_enabled(int32_t enabled, int32_t *previous);
/// Begins automatic lower precision on this thread for `device`; pairs with `ctorch_autocast_end`.
CTorchStatus ctorch_autocast_begin(const char *device, int32_t scalar_type, int32_t *previous_enabled,
                                   int32_t *previous_scalar_type);
CTorchStatus ctorch_autocast_end(const char *device, int32_t previous_enabled, int32_t previous_scalar_type);
/// Whether convolutions that automatic casts would take to bfloat16 on the processor keep their tensors in it but reckon
/// in float32, on this thread, and what it was.
CTorchStatus ctorch_set_wide_convolutions(int32_t enabled, int32_t *previous);

// MARK: Tensors

void ctorch_tensor_free(CTorchTensor *tensor);
CTorchStatus ctorch_tensor_zeros(const int64_t *shape, int32_t axes, int32_t scalar_type, const char *device,
                                 CTorchTensor **out);
CTorchStatus ctorch_tensor_empty(const int64_t *shape, int32_t axes, int32_t scalar_type, const char *device,
                                 CTorchTensor **out);
/// Copies `byte_count` bytes of dense C-order elements from host memory. A card takes the copy in its turn, behind what
/// is queued there, and nobody waits for it.
CTorchStatus ctorch_tensor_from_bytes(const void *bytes, size_t byte_count, const int64_t *shape, int32_t axes,
                                      int32_t scalar_type, const char *device, CTorchTensor **out);
/// Copies the elements, converted to `scalar_type`, in dense C order to host memory of exactly `byte_count` bytes.
CTorchStatus ctorch_tensor_to_bytes(const CTorchTensor *tensor, int32_t scalar_type, void *bytes, size_t byte_count);
/// Overwrites the elements from host memory, in place and without recording a gradient.
CTorchStatus ctorch_tensor_set_bytes(CTorchTensor *tensor, int32_t scalar_type, const void *bytes, size_t byte_count);
/// The memory of a dense tensor on the CPU; valid while a handle to the tensor or a view of it lives.
CTorchStatus ctorch_tensor_data(const CTorchTensor *tensor, void **data, size_t *byte_count);
CTorchStatus ctorch_tensor_axes(const CTorchTensor *tensor, int32_t *axes);
CTorchStatus ctorch_tensor_shape(const CTorchTensor *tensor, int64_t *shape, int32_t axes);
CTorchStatus ctorch_tensor_scalar_type(const CTorchTensor *tensor, int32_t *scalar_type);
CTorchStatus ctorch_tensor_device(const CTorchTensor *tensor, char *name, size_t capacity);
/// The only element as a double.
CTorchStatus ctorch_tensor_item(const CTorchTensor *tensor, double *value);
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
CTorchStatus ctorch_tensor_copy(CTorchTensor *destination, const CTorchTensor *source);
CTorchStatus ctorch_tensor_fill(CTorchTensor *tensor, double value);
/// Multiplies in place without recording a gradient.
CTorchStatus ctorch_tensor_scale(CTorchTensor *tensor, double factor);
/// tensor + weight · (other − tensor), in place without recording a gradient.
CTorchStatus ctorch_tensor_interpolate(CTorchTensor *tensor, const CTorchTensor *other, double weight);

// MARK: Operators

CTorchStatus ctorch_conv3d(const CTorchTensor *input, const CTorchTensor *weight, const CTorchTensor *bias,
                           const int64_t stride[3], const int64_t padding[3], CTorchTensor **out);
CTorchStatus ctorch_conv_transpose3d(const CTorchTensor *input, const CTorchTensor *weight, const CTorchTensor *bias,
                                     const int64_t stride[3], CTorchTensor **out);
/// rectified(norm(input) + shortcut); a null shortcut adds nothing, a slope of 1 rectifies nothing.
CTorchStatus ctorch_instance_norm(const CTorchTensor *input, const CTorchTensor *weight, const CTorchTensor *bias,
                                  const CTorchTensor *shortcut, double epsilon, double slope, CTorchTensor **out);
CTorchStatus ctorch_add(const CTorchTensor *a, const CTorchTensor *b, CTorchTensor **out);
CTorchStatus ctorch_multiply(const CTorchTensor *a, const CTorchTensor *b, CTorchTensor **out);
/// factor · a + offset.
CTorchStatus ctorch_affine(const CTorchTensor *a, double factor, double offset, CTorchTensor **out);
CTorchStatus ctorch_power(const CTorchTensor *a, double exponent, CTorchTensor **out);
CTorchStatus ctorch_clamp(const CTorchTensor *a, double low, double high, CTorchTensor **out);
/// 1 where an element is `value` and 0 elsewhere, in float32.
CTorchStatus ctorch_equal(const CTorchTensor *a, double value, CTorchTensor **out);
CTorchStatus ctorch_concatenate(const CTorchTensor *const *tensors, int32_t count, int32_t axis, CTorchTensor **out);
/// The channels of `first`, with `bias` (may be null) added, then those of `second`.
CTorchStatus ctorch_join_channels(const CTorchTensor *first, const CTorchTensor *bias, const CTorchTensor *second,
                                  CTorchTensor **out);
CTorchStatus ctorch_average_pool3d(const CTorchTensor *input, const int64_t kernel[3], CTorchTensor **out);
CTorchStatus ctorch_sigmoid(const CTorchTensor *a, CTorchTensor **out);
CTorchStatus ctorch_softmax(const CTorchTensor *a, int32_t axis, CTorchTensor **out);
CTorchStatus ctorch_sum(const CTorchTensor *a, CTorchTensor **out);
CTorchStatus ctorch_mean(const CTorchTensor *a, CTorchTensor **out);
CTorchStatus ctorch_flip(const CTorchTensor *a, const int64_t *axes, int32_t count, CTorchTensor **out);
/// Nearest neighbour to a spatial size (z, y, x); `a` is (batch, channel, z, y, x) of a float type.
CTorchStatus ctorch_resize_nearest(const CTorchTensor *a, const int64_t size[3], CTorchTensor **out);
CTorchStatus ctorch_resize_linear(const CTorchTensor *a, const int64_t size[3], CTorchTensor **out);

// MARK: Losses (in float32; each sample counts equally whatever its mask, so that any split of a batch adds up)

/// The mean over samples of: sum((prediction − target)² · mask) / sum(mask). `mask` is 0 or 1 and may broadcast over
/// channels.
CTorchStatus ctorch_masked_squared_error(const CTorchTensor *prediction, const CTorchTensor *target,
                                         const CTorchTensor *mask, CTorchTensor **out);
/// Cross-entropy and soft Dice loss (1 − Dice over the foreground classes) of `logits` (batch, classes, z, y, x)
/// against `labels` (batch, 1, z, y, x) in 0..<classes, over voxels where `mask` (batch, 1, z, y, x) is 1; means over
/// samples. One class of logits is read as the logit of the foreground.
CTorchStatus ctorch_segmentation_losses(const CTorchTensor *logits, const CTorchTensor *labels,
                                        const CTorchTensor *mask, CTorchTensor **cross_entropy, CTorchTensor **dice);
/// The soft-clDice loss (1 − soft clDice, mean over samples) of the same arguments; all classes but the first count as
/// foreground. Skeletons are thinned `iterations` times. What `mask` leaves out neither erodes nor dilates, like what
/// lies outside the volume.
CTorchStatus ctorch_soft_centreline_dice_loss(const CTorchTensor *logits, const CTorchTensor *labels,
                                              const CTorchTensor *mask, int32_t iterations, CTorchTensor **out);

// MARK: Gradients

CTorchStatus ctorch_requires_gradient(CTorchTensor *tensor, int32_t required);
/// Adds the gradient of a scalar to `.grad` of every leaf it depends on.
CTorchStatus ctorch_backward(const CTorchTensor *loss);
/// The gradient of a leaf; `*out` is null when there is none.
CTorchStatus ctorch_gradient(const CTorchTensor *tensor, CTorchTensor **out);
/// Moves a leaf into `values` and its gradient into `gradients`: both one-dimensional and flat, from `offset` on. The
/// handle stays valid; its elements are copied over.
CTorchStatus ctorch_make_flat(CTorchTensor *parameter, CTorchTensor *values, CTorchTensor *gradients, int64_t offset);

/// Called on the thread that runs the backward pass, as soon as all gradients of a bucket are complete.
typedef void (*CTorchBucketCallback)(void *context, int64_t bucket);
/// Watches `count` leaves; leaf i belongs to bucket `bucket_of[i]`. Nothing happens before `ctorch_buckets_arm`.
CTorchStatus ctorch_buckets_create(CTorchTensor *const *parameters, const int64_t *bucket_of, int32_t count,
                                   int64_t bucket_count, CTorchBucketCallback callback, void *context,
                                   CTorchBuckets **out);
/// The next backward pass reports its buckets, once each.
CTorchStatus ctorch_buckets_arm(CTorchBuckets *buckets);
/// Reports the buckets that the backward pass left incomplete (a parameter took no part) and disarms.
CTorchStatus ctorch_buckets_finish(CTorchBuckets *buckets);
void ctorch_buckets_free(CTorchBuckets *buckets);

// MARK: Optimisers (in place, over flat float32 tensors)

CTorchStatus ctorch_norm(const CTorchTensor *tensor, double *norm);
/// v ← momentum · v + (g + weightDecay · p); p ← p − rate · (g + weightDecay · p + momentum · v).
CTorchStatus ctorch_sgd_step(CTorchTensor *parameters, CTorchTensor *gradients, CTorchTensor *velocity, double rate,
                             double momentum, double weight_decay, int32_t nesterov);
/// Decoupled weight decay (Loshchilov and Hutter 2019); `step` counts from 1.
CTorchStatus ctorch_adamw_step(CTorchTensor *parameters, CTorchTensor *gradients, CTorchTensor *first_moment,
                               CTorchTensor *second_moment, int64_t step, double rate, double beta1, double beta2,
                               double epsilon, double weight_decay);

// MARK: TorchScript

CTorchStatus ctorch_module_load(const char *path, const char *device, CTorchModule **out);
/// Runs `forward(input)`. Of a tuple or list the first tensor is taken.
CTorchStatus ctorch_module_forward(CTorchModule *module, const CTorchTensor *input, CTorchTensor **out);
void ctorch_module_free(CTorchModule *module);

// MARK: Archives (the zip files of torch.save and TorchScript: records under names)

CTorchStatus ctorch_archive_open(const char *path, CTorchArchiveReader **out);
void ctorch_archive_close(CTorchArchiveReader *archive);
CTorchStatus ctorch_archive_has(CTorchArchiveReader *archive, const char *record, int32_t *has);
/// The size that the archive claims for a record.
CTorchStatus ctorch_archive_size(CTorchArchiveReader *archive, const char *record, uint64_t *byte_count);
/// Reads a record of exactly `byte_count` bytes. Like PyTorch, this does not look at its checksum.
CTorchStatus ctorch_archive_read(CTorchArchiveReader *archive, const char *record, void *bytes, size_t byte_count);

/// Takes the next bytes of an archive; anything but zero means that it cannot, and is not called again.
typedef int32_t (*CTorchArchiveCallback)(void *context, const void *bytes, size_t byte_count);
CTorchStatus ctorch_archive_create(CTorchArchiveCallback callback, void *context, CTorchArchiveWriter **out);
CTorchStatus ctorch_archive_write(CTorchArchiveWriter *archive, const char *record, const void *bytes,
                                  size_t byte_count);
CTorchStatus ctorch_archive_finish(CTorchArchiveWriter *archive);
void ctorch_archive_free(CTorchArchiveWriter *archive);

#ifdef __cplusplus
}
#endif

#endif
