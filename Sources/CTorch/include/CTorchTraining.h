#ifndef SHEAF_CTORCH_TRAINING_H
#define SHEAF_CTORCH_TRAINING_H

// Autograd, gradients in buckets, streams of a device, and optimisers.

#include "CTorchTensors.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct CTorchBuckets CTorchBuckets;
typedef struct CTorchStream CTorchStream;

// MARK: Autograd

CTorchStatus ctorch_requires_gradient(CTorchTensor *tensor, int32_t required);
/// Adds the gradient of a scalar to `.grad` of every leaf it depends on.
CTorchStatus ctorch_backward(const CTorchTensor *loss);
/// The gradient of a leaf; `*out` is null when there is none.
CTorchStatus ctorch_gradient(const CTorchTensor *tensor, CTorchTensor **out);
/// Moves a leaf into `values` and its gradient into `gradients`, both one-dimensional, from `offset` on. The handle
/// stays valid; its elements are copied.
CTorchStatus ctorch_make_flat(CTorchTensor *parameter, CTorchTensor *values, CTorchTensor *gradients, int64_t offset);

// MARK: Gradients in buckets

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

// MARK: Streams

/// A queue of work on `device` beside that of the operators; on the CPU, where work is done as soon as it is asked for,
/// it is always empty. For use by one thread at a time.
CTorchStatus ctorch_stream_create(const char *device, CTorchStream **out);
/// Work queued on `stream` from now on waits until the gradients of `bucket`, which has been reported, are computed.
CTorchStatus ctorch_stream_await_bucket(CTorchStream *stream, const CTorchBuckets *buckets, int64_t bucket);
/// Queues a copy on `stream`; host memory that takes part must be page-locked and live until the stream is done.
CTorchStatus ctorch_stream_copy(CTorchStream *stream, CTorchTensor *destination, const CTorchTensor *source);
/// Waits until everything queued on `stream` is done.
CTorchStatus ctorch_stream_synchronize(CTorchStream *stream);
/// Whether everything queued on `stream` is done.
CTorchStatus ctorch_stream_is_idle(CTorchStream *stream, int32_t *idle);
/// The stream as CUDA libraries know it (`cudaStream_t`); null for the CPU and for the default stream.
void *ctorch_stream_handle(const CTorchStream *stream);
void ctorch_stream_free(CTorchStream *stream);

// MARK: Optimisers (in place, over flat float32 tensors)

/// The Euclidean norm, computed in double precision.
CTorchStatus ctorch_norm(const CTorchTensor *tensor, double *norm);
/// v ← momentum · v + (g + weightDecay · p); p ← p − rate · (g + weightDecay · p + momentum · v) with Nesterov
/// momentum.
CTorchStatus ctorch_sgd_step(CTorchTensor *parameters, CTorchTensor *gradients, CTorchTensor *velocity, double rate,
                             double momentum, double weight_decay, int32_t nesterov);
/// Decoupled weight decay (Loshchilov and Hutter 2019); `step` counts from 1.
CTorchStatus ctorch_adamw_step(CTorchTensor *parameters, CTorchTensor *gradients, CTorchTensor *first_moment,
                               CTorchTensor *second_moment, int64_t step, double rate, double beta1, double beta2,
                               double epsilon, double weight_decay);

#ifdef __cplusplus
}
#endif

#endif
