#pragma once
// Loops over voxels, and counts of them, in vector instructions that Swift has no words for: chosen when the program runs, or
// past the caches.

#if defined(__x86_64__)
#include <cpuid.h>
#endif
#include <stddef.h>
#include <stdint.h>

/// Stores four floats at an address that is a multiple of 16, past the caches, which large results would only empty.
static inline void sheaf_store_past_caches(float *target, float a, float b, float c, float d) {
  typedef float four __attribute__((vector_size(16)));
  __builtin_nontemporal_store(((four){a, b, c, d}), (four *)target);
}

#if defined(__x86_64__)
typedef unsigned short sheaf_voxels __attribute__((vector_size(32), aligned(2)));

/// Whether the processor and the system have vectors of 256 bits for integers.
static inline int sheaf_has_wide_vectors(void) {
  unsigned a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_OSXSAVE)) return 0;
  unsigned low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  if ((low & 6) != 6) return 0;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_AVX2);
}

/// The smallest and the largest voxel of a box, whose strides are in voxels; the box has at least one voxel.
__attribute__((target("avx2"))) static inline void sheaf_range_wide(const uint16_t *start, ptrdiff_t depth,
                                                                    ptrdiff_t height, ptrdiff_t width,
                                                                    ptrdiff_t row_stride, ptrdiff_t plane_stride,
                                                                    uint16_t *smallest, uint16_t *largest) {
  sheaf_voxels least = (sheaf_voxels){0} + (unsigned short)0xffff, most = {0};
  uint16_t low = 0xffff, high = 0;
  for (ptrdiff_t z = 0; z < depth; z++) {
    for (ptrdiff_t y = 0; y < height; y++) {
      const uint16_t *row = start + z * plane_stride + y * row_stride;
      ptrdiff_t x = 0;
      for (; x + 16 <= width; x += 16) {
        sheaf_voxels voxels = *(const sheaf_voxels *)(row + x);
        least = __builtin_elementwise_min(least, voxels);
        most = __builtin_elementwise_max(most, voxels);
      }
      if (x < width && width >= 16) {
        // The end of the row once more, which changes no extreme.
        sheaf_voxels voxels = *(const sheaf_voxels *)(row + width - 16);
        least = __builtin_elementwise_min(least, voxels);
        most = __builtin_elementwise_max(most, voxels);
        x = width;
      }
      for (; x < width; x++) {
        low = row[x] < low ? row[x] : low;
        high = row[x] > high ? row[x] : high;
      }
    }
  }
  for (int lane = 0; lane < 16; lane++) {
    low = least[lane] < low ? least[lane] : low;
    high = most[lane] > high ? most[lane] : high;
  }
  *smallest = low;
  *largest = high;
}

/// The sum of (row[x] - row[x - 1])^2 for x from `from` up to, not including, `to`, of voxels that differ by less than 2^15.
__attribute__((target("avx2"))) static inline uint64_t sheaf_squared_differences_wide(const uint16_t *row,
                                                                                      ptrdiff_t from, ptrdiff_t to) {
  typedef short signed_voxels __attribute__((vector_size(32)));
  typedef unsigned long long sums __attribute__((vector_size(32)));
  sums sum = {0};
  ptrdiff_t x = from;
  for (; x + 16 <= to; x += 16) {
    signed_voxels differences =
        (signed_voxels)(*(const sheaf_voxels *)(row + x) - *(const sheaf_voxels *)(row + x - 1));
    sums pairs = (sums)__builtin_ia32_pmaddwd256(differences, differences);
    sum += (pairs & 0xffffffffULL) + (pairs >> 32);
  }
  uint64_t total = sum[0] + sum[1] + sum[2] + sum[3];
  for (; x < to; x++) {
    int difference = (int)row[x] - (int)row[x - 1];
    total += (uint64_t)(difference * difference);
  }
  return total;
}

/// Where eight ranks (from 0) are met when bins are added up: the bin, and how many lie in those before it. All sums are
/// below 2^31. Returns the last one.
__attribute__((target("avx2"))) static inline int32_t sheaf_bins_at_ranks_wide(const uint32_t *counts, ptrdiff_t count,
                                                                               const int32_t *ranks, int32_t *bins,
                                                                               int32_t *below) {
  typedef int eight __attribute__((vector_size(32)));
  typedef int eight_anywhere __attribute__((vector_size(32), aligned(4)));
  eight wanted = *(const eight_anywhere *)ranks, bin = {0}, before = {0};
  int32_t sum = 0;
  for (ptrdiff_t index = 0; index < count; index++) {
    sum += (int32_t)counts[index];
    eight sums = (eight){0} + sum, passed = sums <= wanted;
    bin -= passed;
    // Sums never fall.
    before = (passed & sums) | (~passed & before);
  }
  *(eight_anywhere *)bins = bin;
  *(eight_anywhere *)below = before;
  return sum;
}

/// The sum of counts, each times its factor, modulo 2^64.
__attribute__((target("avx2"))) static inline uint64_t sheaf_weighted_sum_wide(const uint32_t *counts,
                                                                               const uint64_t *factors,
                                                                               ptrdiff_t count) {
  uint64_t sum = 0;
  for (ptrdiff_t index = 0; index < count; index++) sum += counts[index] * factors[index];
  return sum;
}

typedef float sheaf_floats __attribute__((vector_size(32)));

/// target[x] = (voxel clipped to `lower` and `upper` - shift) * scale for the `width` voxels of a row; the result goes past the
/// caches where `past_caches` is not 0.
#define SHEAF_NORMALISE_WIDE(NAME, VOXEL)                                                                          \
  __attribute__((target("avx2"))) static inline void NAME(const VOXEL *row, ptrdiff_t width, float *target,        \
                                                          float lower, float upper, float shift, float scale,      \
                                                          int past_caches) {                                       \
    typedef VOXEL eight_voxels __attribute__((vector_size(8 * sizeof(VOXEL)), aligned(sizeof(VOXEL))));            \
    typedef int eight __attribute__((vector_size(32)));                                                            \
    typedef float floats_anywhere __attribute__((vector_size(32), aligned(4)));                                    \
    ptrdiff_t x = 0;                                                                                               \
    for (; x < width && past_caches && ((uintptr_t)(target + x) & 31); x++) {                                      \
      float voxel = row[x];                                                                                        \
      voxel = voxel > lower ? voxel : lower;                                                                       \
      target[x] = ((voxel < upper ? voxel : upper) - shift) * scale;                                               \
    }                                                                                                              \
    for (; x + 8 <= width; x += 8) {                                                                               \
      sheaf_floats voxels =                                                                                        \
          __builtin_convertvector(__builtin_convertvector(*(const eight_voxels *)(row + x), eight), sheaf_floats); \
      voxels = __builtin_elementwise_max(voxels, (sheaf_floats){0} + lower);                                       \
      voxels = (__builtin_elementwise_min(voxels, (sheaf_floats){0} + upper) - shift) * scale;                     \
      if (past_caches) {                                                                                           \
        __builtin_nontemporal_store(voxels, (sheaf_floats *)(target + x));                                         \
      } else {                                                                                                     \
        *(floats_anywhere *)(target + x) = voxels;                                                                 \
      }                                                                                                            \
    }                                                                                                              \
    for (; x < width; x++) {                                                                                       \
      float voxel = row[x];                                                                                        \
      voxel = voxel > lower ? voxel : lower;                                                                       \
      target[x] = ((voxel < upper ? voxel : upper) - shift) * scale;                                               \
    }                                                                                                              \
  }
SHEAF_NORMALISE_WIDE(sheaf_normalise_wide_uint8, uint8_t)
SHEAF_NORMALISE_WIDE(sheaf_normalise_wide_uint16, uint16_t)
SHEAF_NORMALISE_WIDE(sheaf_normalise_wide_int16, int16_t)
#else
static inline int sheaf_has_wide_vectors(void) { return 0; }
static inline void sheaf_range_wide(const uint16_t *start, ptrdiff_t depth, ptrdiff_t height, ptrdiff_t width,
                                    ptrdiff_t row_stride, ptrdiff_t plane_stride, uint16_t *smallest,
                                    uint16_t *largest) {}
static inline uint64_t sheaf_squared_differences_wide(const uint16_t *row, ptrdiff_t from, ptrdiff_t to) { return 0; }
static inline int32_t sheaf_bins_at_ranks_wide(const uint32_t *counts, ptrdiff_t count, const int32_t *ranks,
                                               int32_t *bins, int32_t *below) {
  return 0;
}
static inline uint64_t sheaf_weighted_sum_wide(const uint32_t *counts, const uint64_t *factors, ptrdiff_t count) {
  return 0;
}
#define SHEAF_NORMALISE_NOTHING(NAME, VOXEL)                                                                       \
  static inline void NAME(const VOXEL *row, ptrdiff_t width, float *target, float lower, float upper, float shift, \
                          float scale, int past_caches) {}
SHEAF_NORMALISE_NOTHING(sheaf_normalise_wide_uint8, uint8_t)
SHEAF_NORMALISE_NOTHING(sheaf_normalise_wide_uint16, uint16_t)
SHEAF_NORMALISE_NOTHING(sheaf_normalise_wide_int16, int16_t)
#endif
