#pragma once

#include <c10/util/BFloat16.h>

#include <cstdint>

/// Inner loops of the channels-last operators, for float32 and bfloat16. A chunk is a run of voxels, each with its
/// `channels` side by side; sums are float32.
namespace sheaf::kernels {

/// Mean and sum of squared deviations from it, for each channel.
void measure(const float *input, int64_t voxels, int64_t channels, float *means, float *squares);
void measure(const at::BFloat16 *input, int64_t voxels, int64_t channels, float *means, float *squares);

/// output = rectified((input − mean) · scale + shift + shortcut); the shortcut may be null.
void apply(const float *input, const float *shortcut, float *output, int64_t voxels, int64_t channels,
           const float *means, const float *scales, const float *shifts, float slope);
void apply(const at::BFloat16 *input, const at::BFloat16 *shortcut, at::BFloat16 *output, int64_t voxels,
           int64_t channels, const float *means, const float *scales, const float *shifts, float slope);

/// Sums of the gradient before the rectifier, and of its product with the input's deviation from the mean. A null
/// output means that there was no rectifier. The gradient before the rectifier is also written to `shortcut` unless
/// null.
void sum(const float *gradient, const float *output, const float *input, float *shortcut, int64_t voxels,
         int64_t channels, const float *means, float slope, float *sums, float *products);
void sum(const at::BFloat16 *gradient, const at::BFloat16 *output, const at::BFloat16 *input, at::BFloat16 *shortcut,
         int64_t voxels, int64_t channels, const float *means, float slope, float *sums, float *products);

/// result = gradient · scale + offset + (input − mean) · factor, the gradient propagated through the rectifier as in
/// `sum`.
void propagate(const float *gradient, const float *output, const float *input, float *result, int64_t voxels,
               int64_t channels, const float *means, const float *scales, const float *offsets, const float *factors,
               float slope);
void propagate(const at::BFloat16 *gradient, const at::BFloat16 *output, const at::BFloat16 *input,
               at::BFloat16 *result, int64_t voxels, int64_t channels, const float *means, const float *scales,
               const float *offsets, const float *factors, float slope);

/// Copies rows of `channels` from a spacing of `fromStride` elements to one of `toStride`, and adds `bias` unless null.
void copy(const float *from, int64_t fromStride, float *to, int64_t toStride, int64_t voxels, int64_t channels,
          const float *bias);
void copy(const at::BFloat16 *from, int64_t fromStride, at::BFloat16 *to, int64_t toStride, int64_t voxels,
          int64_t channels, const float *bias);

/// Sums over rows of `channels` spaced `stride` elements apart.
void sumStrided(const float *from, int64_t stride, int64_t voxels, int64_t channels, float *sums);
void sumStrided(const at::BFloat16 *from, int64_t stride, int64_t voxels, int64_t channels, float *sums);

/// One row of `width` output voxels, each the mean of a box of `kernel` input voxels. Strides in elements.
void pool(const float *input, float *output, int64_t width, int64_t channels, const int64_t kernel[3], int64_t strideZ,
          int64_t strideY);
void pool(const at::BFloat16 *input, at::BFloat16 *output, int64_t width, int64_t channels, const int64_t kernel[3],
          int64_t strideZ, int64_t strideY);

/// The gradient of `pool`: every voxel of a box gets an equal share.
void spread(const float *gradient, float *result, int64_t width, int64_t channels, const int64_t kernel[3],
            int64_t strideZ, int64_t strideY);
void spread(const at::BFloat16 *gradient, at::BFloat16 *result, int64_t width, int64_t channels,
            const int64_t kernel[3], int64_t strideZ, int64_t strideY);

}  // namespace sheaf::kernels
