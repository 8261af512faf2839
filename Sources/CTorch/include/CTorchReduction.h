#ifndef SHEAF_CTORCH_REDUCTION_H
#define SHEAF_CTORCH_REDUCTION_H

// Streams of a device and NCCL, for sums of gradients over ranks; the rules of CTorch.h hold here too.

#include "CTorch.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct CTorchStream CTorchStream;
typedef struct CTorchNCCL CTorchNCCL;

/// A queue of work on `device` beside the one that operators use; on the CPU, where work is done when it is asked for,
/// an empty one. To be used by one thread at a time.
CTorchStatus ctorch_stream_create(const char *device, CTorchStream **out);
/// What is queued on `stream` from now on waits until the gradients of `bucket`, which has been reported, are computed.
CTorchStatus ctorch_stream_await_bucket(CTorchStream *stream, const CTorchBuckets *buckets, int64_t bucket);
/// Queues a copy on `stream`; host memory that takes part must be page-locked and stay until the stream is done.
CTorchStatus ctorch_stream_copy(CTorchStream *stream, CTorchTensor *destination, const CTorchTensor *source);
/// Waits until everything queued on `stream` is done.
CTorchStatus ctorch_stream_synchronize(CTorchStream *stream);
void ctorch_stream_free(CTorchStream *stream);
/// `count` floats in host memory that `device` copies from and to by itself (page-locked).
CTorchStatus ctorch_host_buffer(int64_t count, const char *device, CTorchTensor **out);

/// Names the graphics card behind `cuda:index`, the same in every process that sees it; empty when the driver does not
/// tell.
CTorchStatus ctorch_cuda_identity(int32_t index, char *name, size_t capacity);

enum { CTORCH_NCCL_ID_BYTES = 128 };
/// Whether the NCCL library `path` can be loaded; null for the `libnccl.so.2` that comes with libtorch or the system.
CTorchStatus ctorch_nccl_load(const char *path);
/// What ranks need to find each other; made by one, used by all.
CTorchStatus ctorch_nccl_unique_id(const char *path, uint8_t id[CTORCH_NCCL_ID_BYTES]);
/// Connects this rank, on `device`, to the others; returns when all have come.
CTorchStatus ctorch_nccl_connect(const char *path, const uint8_t id[CTORCH_NCCL_ID_BYTES], int32_t ranks, int32_t rank,
                                 const char *device, CTorchNCCL **out);
/// Queues on `stream`: the floats of dense `tensor` become their sums over all ranks.
CTorchStatus ctorch_nccl_all_reduce(CTorchNCCL *nccl, CTorchTensor *tensor, CTorchStream *stream);
/// Waits until everything queued on `stream` is done, or until NCCL finds that it never will be: an error then, and
/// nothing more can be reduced.
CTorchStatus ctorch_nccl_wait(CTorchNCCL *nccl, CTorchStream *stream);
void ctorch_nccl_free(CTorchNCCL *nccl);

#ifdef __cplusplus
}
#endif

#endif
