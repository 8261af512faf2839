#ifndef SHEAF_CTORCH_RUNTIME_H
#define SHEAF_CTORCH_RUNTIME_H

// The loaded library, threads, devices, and the modes of a thread.

#include "CTorchStatus.h"

#ifdef __cplusplus
extern "C" {
#endif

/// The version of the headers this was compiled with, such as "2.13.0".
const char *ctorch_compiled_version(void);
/// The version of the loaded libtorch, such as "2.13.0"; empty where it does not say.
CTorchStatus ctorch_loaded_version(char *version, size_t capacity);
/// The directory of the loaded libtorch, with a slash.
CTorchStatus ctorch_library_directory(char *path, size_t capacity);
/// Loads `libtorch_cuda.so` if it lies beside the loaded libtorch; `*loaded` says whether it does. Every function that
/// receives a CUDA device does this first; later calls return what the first one found.
CTorchStatus ctorch_load_cuda(int32_t *loaded);

/// Makes the C library keep large freed blocks instead of returning them to the system.
void ctorch_keep_freed_memory(void);
/// Undoes it, and returns the blocks that were kept.
void ctorch_return_freed_memory(void);

/// Tensors handed out and not yet freed, in the whole process.
int64_t ctorch_live_tensor_count(void);

/// Threads used inside one operator, by every thread that calls in from now on.
CTorchStatus ctorch_set_threads(int32_t count);
CTorchStatus ctorch_get_threads(int32_t *count);
/// Limits operators on the calling thread alone to `count` threads, and returns the previous limit;
/// `ctorch_set_threads` ends this.
CTorchStatus ctorch_limit_thread(int32_t count, int32_t *previous);

/// Whether tensors can be made on `device`.
CTorchStatus ctorch_device_available(const char *device, int32_t *available);
/// Waits for everything queued on `device`.
CTorchStatus ctorch_device_synchronize(const char *device);
/// Makes `device` current on the calling thread for libraries beside libtorch, and returns the index of the previous
/// one; nothing happens for the CPU.
CTorchStatus ctorch_device_make_current(const char *device, int32_t *previous_index);

/// Switches gradient recording on this thread, and returns the previous mode.
CTorchStatus ctorch_set_gradients_enabled(int32_t enabled, int32_t *previous);
/// Begins autocast to `scalar_type` on this thread for `device`; pairs with `ctorch_autocast_end`.
CTorchStatus ctorch_autocast_begin(const char *device, int32_t scalar_type, int32_t *previous_enabled,
                                   int32_t *previous_scalar_type);
CTorchStatus ctorch_autocast_end(const char *device, int32_t previous_enabled, int32_t previous_scalar_type);
/// Whether convolutions that autocast would run in bfloat16 on the CPU compute in float32, with tensors in bfloat16, on
/// this thread; returns the previous setting.
CTorchStatus ctorch_set_wide_convolutions(int32_t enabled, int32_t *previous);
/// Whether that is faster on the processor described by `cpu_info`, the text of Linux's /proc/cpuinfo.
CTorchStatus ctorch_prefers_wide_convolutions(const char *cpu_info, int32_t *prefers);

#ifdef __cplusplus
}
#endif

#endif
