#pragma once
// Calls of Linux's C library that Swift's module of it leaves out, because they are declared for _GNU_SOURCE only, and what
// it has no words for.

#include <malloc.h>
#include <stddef.h>
#include <sys/types.h>

extern int sync_file_range(int descriptor, off_t offset, off_t count, unsigned int flags);

/// Begins to write the dirty pages of an open file to the disk, without waiting for them.
static inline int sheaf_start_writeback(int descriptor) {
  // SYNC_FILE_RANGE_WRITE; 0 bytes stand for all.
  return sync_file_range(descriptor, 0, 0, 2);
}

/// Tells the processor that these bytes are about to be read; never fails, whatever the address.
static inline void sheaf_prefetch(const void *address, size_t count) {
  for (size_t line = 0; line < count; line += 64) __builtin_prefetch((const char *)address + line, 0, 2);
}

/// Gives memory that was freed but kept by the C library back to the system.
static inline void sheaf_give_back_freed_memory(void) {
#if defined(__GLIBC__)
  malloc_trim(0);
#endif
}

/// Has the C library keep the memory that is freed for what is allocated next, for commands that fill tables of tens of
/// megabytes again and again: new pages of the system cost as much as what is done with them. For the process as a whole,
/// whose threads then share one heap.
static inline void sheaf_keep_freed_memory(void) {
#if defined(__GLIBC__)
  mallopt(M_ARENA_MAX, 1);
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
#endif
}
