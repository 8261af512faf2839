#pragma once

// Sheaf's own operators on tensors of libtorch. Only C++ includes this; Swift reaches the operators through CTorch.
//
// 1. Volumes are (batch, channel, z, y, x).
// 2. Every function is recorded by autograd unless it says otherwise, and throws what libtorch throws; arguments that
//    do not fit together are a `c10::ValueError`.
// 3. An undefined tensor stands for an absent bias or shortcut.

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

namespace sheaf {

// MARK: Layers of networks; `Dispatch.cpp` decides whether libtorch or a kernel of ours computes them

/// A convolution of `input` with `weight` (out, in, kz, ky, kx) and zero padding; stride and padding are (z, y, x).
at::Tensor conv3d(const at::Tensor &input, const at::Tensor &weight, const at::Tensor &bias, at::IntArrayRef stride,
                  at::IntArrayRef padding);

/// A transposed convolution of `input` with `weight` (in, out, kz, ky, kx) without padding; the stride is (z, y, x).
at::Tensor convTranspose3d(const at::Tensor &input, const at::Tensor &weight, const at::Tensor &bias,
                           at::IntArrayRef stride);

/// rectified(norm(input) + shortcut): every channel of every sample is brought to mean `bias` and standard deviation
/// `weight`; below zero the leaky rectifier multiplies by `slope`, which is 1 for none.
at::Tensor instanceNorm(const at::Tensor &input, const at::Tensor &weight, const at::Tensor &bias,
                        const at::Tensor &shortcut, double epsilon, double slope);

/// The channels of `first`, with `bias` added, then those of `second`.
at::Tensor joinChannels(const at::Tensor &first, const at::Tensor &bias, const at::Tensor &second);

/// Means of adjacent boxes of `kernel` (z, y, x) voxels; an incomplete box at the end of an axis is dropped.
at::Tensor averagePool3d(const at::Tensor &input, at::IntArrayRef kernel);

/// Whether convolutions under autocast to bfloat16 on the CPU compute in float32 on this thread; returns the previous
/// setting.
bool setWideConvolutions(bool enabled);

/// Whether the processor that Linux's /proc/cpuinfo describes computes convolutions faster in float32 than in bfloat16.
bool prefersWideConvolutions(std::string_view cpuInfo);

// MARK: Losses, computed in float32: each is the mean over samples of a loss within the sample

/// sum((prediction − target)² · mask) / sum(mask); `mask` is 0 or 1 and may broadcast over channels.
at::Tensor maskedSquaredError(const at::Tensor &prediction, const at::Tensor &target, const at::Tensor &mask);

/// Cross-entropy and soft Dice loss (1 − Dice, mean over the foreground classes) of `logits` (batch, classes, z, y, x)
/// against `labels` (batch, 1, z, y, x) in 0..<classes, over the voxels where `mask` (batch, 1, z, y, x) is 1. A single
/// class is the logit of the foreground.
std::pair<at::Tensor, at::Tensor> segmentationLosses(const at::Tensor &logits, const at::Tensor &labels,
                                                     const at::Tensor &mask);

/// The soft-clDice loss (1 − soft clDice) of the same arguments, with skeletons of `iterations` erosions; all classes
/// but the first count as foreground.
at::Tensor softCentrelineDiceLoss(const at::Tensor &logits, const at::Tensor &labels, const at::Tensor &mask,
                                  int32_t iterations);

/// The soft skeleton of `image` (float32, values in 0...1): S. Shit et al., "clDice", CVPR 2021, algorithm 1, the
/// residues of openings collected over `iterations` erosions.
///
/// Voxels where `known` is 0 count as 1 in erosions and as 0 in dilations, as if the volume ended there.
at::Tensor softSkeleton(at::Tensor image, const at::Tensor &known, int32_t iterations);

// MARK: What pretraining predicts; not recorded by autograd

/// Three channels of `image` (batch, 1, z, y, x), normalised: its area hyperbolic sine, which is the image where it is dim
/// and its logarithm where it is bright; and differences of Gaussians of 1 and 2 voxels, and of 2 and 4, divided by how
/// large they are about the voxel.
at::Tensor contrastFeatures(const at::Tensor &image);

// MARK: Augmentation of training samples; not recorded by autograd
//
// Elementwise tensor arithmetic on the device that holds the sample, without matrix products, so that the number of
// threads alone decides how sums are split.

/// A box of `size` (z, y, x) resampled from `image` (1, 1, z, y, x; float32) and `marks` (same shape; uint8).
///
/// `matrix`, row-major over (z, y, x), maps offsets from the centre of the box to offsets from the centre of the
/// source, in voxels. Intensities are interpolated linearly, marks are those of the nearest voxel; more than half a
/// voxel beyond the outermost voxel centres the intensity is 0 and the mark `outside`.
std::pair<at::Tensor, at::Tensor> cutMapped(const at::Tensor &image, const at::Tensor &marks,
                                            const std::array<double, 9> &matrix, const std::array<int64_t, 3> &size,
                                            uint8_t outside);

/// A symmetric filter along one axis with `weights` at distances 0 ..< count; mirrored at the outermost voxels.
at::Tensor filterAxis(const at::Tensor &values, int64_t axis, at::ArrayRef<double> weights);

/// mean + factor · (values − mean), clamped to the range of `values`.
at::Tensor stretchContrast(const at::Tensor &values, double factor);

/// `values`, scaled to 0...1 and raised to `exponent`, with the mean and standard deviation they had; unchanged where
/// they are constant or not finite.
at::Tensor gammaCorrect(const at::Tensor &values, double exponent);

}  // namespace sheaf
