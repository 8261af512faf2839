#pragma once

// One copy of a kernel for each generation of x86-64; the loader chooses when the program starts.
#if defined(__x86_64__)
#define SHEAF_KERNEL __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define SHEAF_KERNEL
#endif
#define SHEAF_INLINE __attribute__((always_inline)) inline
