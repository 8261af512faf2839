// Winograd's minimal filtering F(4, 3) with the points 0, 1, -1, 2, -2 and infinity: six products give four outputs of a
// filter of three elements, where the sum over the filter takes twelve.

#include "FewerProductsKernels.hpp"

#include "KernelCopies.hpp"

#include <cstring>

// Vectors are passed between inlined functions only, where no calling convention matters.
#pragma clang diagnostic ignored "-Wpsabi"

namespace sheaf::kernels {

SHEAF_KERNEL void filterToPoints(const float *const filter[filterLength], float *const points[groupPoints],
                                 int64_t count) {
  const float *f0 = filter[0], *f1 = filter[1], *f2 = filter[2];
  float *__restrict q0 = points[0], *__restrict q1 = points[1], *__restrict q2 = points[2], *__restrict q3 = points[3],
                    *__restrict q4 = points[4], *__restrict q5 = points[5];
  for (int64_t i = 0; i < count; i++) {
    float a = f0[i], b = f1[i], c = f2[i];
    q0[i] = a * (1.0f / 4);
    q1[i] = (a + c + b) * (-1.0f / 6);
    q2[i] = (a + c - b) * (-1.0f / 6);
    q3[i] = (a + 4 * c + 2 * b) * (1.0f / 24);
    q4[i] = (a + 4 * c - 2 * b) * (1.0f / 24);
    q5[i] = c;
  }
}

SHEAF_KERNEL void toPoints(const float *const inputs[groupPoints], float *const points[groupPoints], int64_t count) {
  const float *p0 = inputs[0], *p1 = inputs[1], *p2 = inputs[2], *p3 = inputs[3], *p4 = inputs[4], *p5 = inputs[5];
  float *__restrict q0 = points[0], *__restrict q1 = points[1], *__restrict q2 = points[2], *__restrict q3 = points[3],
                    *__restrict q4 = points[4], *__restrict q5 = points[5];
  for (int64_t i = 0; i < count; i++) {
    float a = p0[i], b = p1[i], c = p2[i], d = p3[i], e = p4[i], f = p5[i];
    float even = e - 4 * c, odd = d - 4 * b, evenFar = e - c, oddFar = 2 * (d - b);
    q0[i] = 4 * a - 5 * c + e;
    q1[i] = even + odd;
    q2[i] = even - odd;
    q3[i] = evenFar + oddFar;
    q4[i] = evenFar - oddFar;
    q5[i] = 4 * b - 5 * d + f;
  }
}

namespace {

template <bool hasBias>
SHEAF_INLINE void sumPoints(const float *const points[groupPoints], const float *bias,
                            float *const outputs[groupOutputs], int64_t count) {
  const float *q0 = points[0], *q1 = points[1], *q2 = points[2], *q3 = points[3], *q4 = points[4], *q5 = points[5];
  float *__restrict p0 = outputs[0], *__restrict p1 = outputs[1], *__restrict p2 = outputs[2],
                    *__restrict p3 = outputs[3];
  for (int64_t i = 0; i < count; i++) {
    float sum = q1[i] + q2[i], difference = q1[i] - q2[i], far = q3[i] + q4[i], slope = q3[i] - q4[i];
    float add = 0;
    if constexpr (hasBias) add = bias[i];
    p0[i] = q0[i] + sum + far + add;
    p1[i] = difference + 2 * slope + add;
    p2[i] = sum + 4 * far + add;
    p3[i] = difference + 8 * slope + q5[i] + add;
  }
}

}  // namespace

// Not one loop: the compiler would load the absent bias with a mask, which costs more than all the rest.
SHEAF_KERNEL void fromPoints(const float *const points[groupPoints], const float *bias,
                             float *const outputs[groupOutputs], int64_t count) {
  if (bias == nullptr) {
    sumPoints<false>(points, bias, outputs, count);
  } else {
    sumPoints<true>(points, bias, outputs, count);
  }
}

namespace {

template <int lanes>
struct Lanes {
  typedef float Floats __attribute__((ext_vector_type(lanes)));
};

/// `rows` outputs of `lanes` channels, held in registers.
template <int lanes, int rows>
SHEAF_INLINE void multiplyBlock(const float *input, int64_t step, const float *factors, int64_t length, float *output,
                                int64_t outputs) {
  using Floats = typename Lanes<lanes>::Floats;
  Floats sums[rows];
  for (int row = 0; row < rows; row++) sums[row] = 0;
  for (int64_t k = 0; k < length; k++) {
    Floats factor;
    std::memcpy(&factor, factors + k * outputs, sizeof(factor));
#pragma clang loop unroll(full)
    for (int row = 0; row < rows; row++) sums[row] += input[row * step + k] * factor;
  }
  for (int row = 0; row < rows; row++) std::memcpy(output + row * outputs, &sums[row], sizeof(Floats));
}

template <int lanes, int most>
SHEAF_INLINE void multiplyChannels(const float *input, int64_t step, const float *factors, int64_t length,
                                   float *output, int64_t outputs, int64_t width) {
  int64_t x = 0;
  for (; x + most <= width; x += most) {
    multiplyBlock<lanes, most>(input + x * step, step, factors, length, output + x * outputs, outputs);
  }
  for (; x + 4 <= width; x += 4) {
    multiplyBlock<lanes, 4>(input + x * step, step, factors, length, output + x * outputs, outputs);
  }
  for (; x < width; x++) {
    multiplyBlock<lanes, 1>(input + x * step, step, factors, length, output + x * outputs, outputs);
  }
}

/// `most` rows of 16 lanes and their factors fill the registers.
template <int most>
SHEAF_INLINE void multiplyAll(const float *input, int64_t step, const float *factors, int64_t length, float *output,
                              int64_t outputs, int64_t width) {
  int64_t first = 0;
  for (; first + 16 <= outputs; first += 16) {
    multiplyChannels<16, most>(input, step, factors + first, length, output + first, outputs, width);
  }
  if (first < outputs) {
    multiplyChannels<8, most>(input, step, factors + first, length, output + first, outputs, width);
  }
}

#if defined(__x86_64__)
__attribute__((target("arch=x86-64-v4"))) void multiplyRowV4(const float *input, int64_t step, const float *factors,
                                                             int64_t length, float *output, int64_t outputs,
                                                             int64_t width) {
  multiplyAll<16>(input, step, factors, length, output, outputs, width);
}

__attribute__((target("arch=x86-64-v3"))) void multiplyRowV3(const float *input, int64_t step, const float *factors,
                                                             int64_t length, float *output, int64_t outputs,
                                                             int64_t width) {
  multiplyAll<6>(input, step, factors, length, output, outputs, width);
}
#endif

void multiplyRowAnywhere(const float *input, int64_t step, const float *factors, int64_t length, float *output,
                         int64_t outputs, int64_t width) {
  multiplyAll<4>(input, step, factors, length, output, outputs, width);
}

using MultiplyRow = decltype(&multiplyRowAnywhere);

/// For this processor.
MultiplyRow chooseMultiplyRow() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512cd")) {
    return multiplyRowV4;
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return multiplyRowV3;
#endif
  return multiplyRowAnywhere;
}

}  // namespace

void multiplyRow(const float *input, int64_t step, const float *factors, int64_t length, float *output, int64_t outputs,
                 int64_t width) {
  static const MultiplyRow chosen = chooseMultiplyRow();
  chosen(input, step, factors, length, output, outputs, width);
}

}  // namespace sheaf::kernels
