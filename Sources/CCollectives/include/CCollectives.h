#ifndef SHEAF_CCOLLECTIVES_H
#define SHEAF_CCOLLECTIVES_H

// Sums over ranks between GPUs: NVIDIA's NCCL and driver, loaded when the program runs, so that it is built and started
// without them.
//
// Every function that can fail returns a status; zero is success. After a failure `ccollectives_error_message` says
// why, on the same thread, until that thread's next failure. No C++ exception leaves a function.

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef int32_t CCollectivesStatus;
enum {
  CCOLLECTIVES_OK = 0,
  /// A library cannot be loaded, or lacks a function.
  CCOLLECTIVES_LIBRARY = 1,
  /// A library reported an error.
  CCOLLECTIVES_FAILED = 2,
};

/// Why the last failing call on this thread failed: one line.
const char *ccollectives_error_message(void);

/// Identifies the GPU with this index, the same in every process that sees it; empty when the driver does not say.
CCollectivesStatus ccollectives_gpu_identity(int32_t index, char *name, size_t capacity);

// MARK: NCCL

/// The functions of a loaded NCCL; stays loaded until the process ends.
typedef struct CCollectivesNCCL CCollectivesNCCL;
/// This rank's end of a group of ranks. For use by one thread at a time.
typedef struct CCollectivesGroup CCollectivesGroup;

enum { CCOLLECTIVES_ID_BYTES = 128 };

/// Loads the first of `paths` that can be loaded; names without a slash are searched for as the system does.
CCollectivesStatus ccollectives_nccl_load(const char *const *paths, int32_t count, const CCollectivesNCCL **out);
/// What ranks need to find each other; created by one, used by all.
CCollectivesStatus ccollectives_nccl_unique_id(const CCollectivesNCCL *nccl, uint8_t id[CCOLLECTIVES_ID_BYTES]);
/// Connects this rank, with the CUDA device current on this thread, to the others; returns when all are connected.
CCollectivesStatus ccollectives_nccl_connect(const CCollectivesNCCL *nccl, const uint8_t id[CCOLLECTIVES_ID_BYTES],
                                             int32_t ranks, int32_t rank, CCollectivesGroup **out);
/// Queues on `stream` (a `cudaStream_t`; null for the default): the `count` floats at `data`, in the memory of the
/// current device, become their sums over all ranks.
CCollectivesStatus ccollectives_nccl_all_reduce(CCollectivesGroup *group, void *data, size_t count, void *stream);
/// Fails when NCCL has found that queued work will never end, for instance because another rank is gone. The work is
/// then aborted, and nothing more can be reduced.
CCollectivesStatus ccollectives_nccl_check(CCollectivesGroup *group);
void ccollectives_nccl_free(CCollectivesGroup *group);

#ifdef __cplusplus
}
#endif

#endif
