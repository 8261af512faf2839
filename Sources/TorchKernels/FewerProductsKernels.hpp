#pragma once

#include <cstdint>

/// Inner loops of `convolveWithFewerProducts`: Winograd's minimal filtering F(4, 3) of runs of `count` elements, and the
/// products of rows.
namespace sheaf::kernels {

constexpr int64_t groupOutputs = 4;
constexpr int64_t groupPoints = 6;
constexpr int64_t filterLength = 3;

/// Makes of the three elements of a filter what is multiplied at six points.
void filterToPoints(const float *const filter[filterLength], float *const points[groupPoints], int64_t count);

/// Makes of six inputs what is multiplied at six points.
void toPoints(const float *const inputs[groupPoints], float *const points[groupPoints], int64_t count);

/// Makes four outputs, plus `bias` unless null, of the products at six points.
void fromPoints(const float *const points[groupPoints], const float *bias, float *const outputs[groupOutputs],
                int64_t count);

/// output[x, o] = Σₖ input[x · step + k] · factors[k, o] for x < width, k < length, o < outputs, a multiple of 8.
void multiplyRow(const float *input, int64_t step, const float *factors, int64_t length, float *output, int64_t outputs,
                 int64_t width);

}  // namespace sheaf::kernels
