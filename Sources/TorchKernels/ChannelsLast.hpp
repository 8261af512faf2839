#pragma once

#include <ATen/core/Tensor.h>

namespace sheaf {

// Layers for volumes (batch, channel, z, y, x) in host memory with the channel axis fastest (`ChannelsLast3d`), float32
// or bfloat16, at least two channels and one voxel; recorded by autograd. `Dispatch.cpp` checks these requirements. An
// undefined tensor stands for an absent bias or shortcut. No bit depends on the number of threads.

/// rectified(norm(input) + shortcut).
///
/// - Parameter weight, bias: float32, one element a channel.
/// - Parameter shortcut: of the input's shape.
/// - Parameter slope: of the leaky rectifier below zero; 1 for none.
at::Tensor normalizeChannelsLast(const at::Tensor &input, const at::Tensor &weight, const at::Tensor &bias,
                                 const at::Tensor &shortcut, double epsilon, double slope);

/// The channels of `first`, with `bias` (float32, one element a channel) added, then those of `second`, which has the
/// same type, batch and voxels in any layout.
at::Tensor joinChannelsLast(const at::Tensor &first, const at::Tensor &bias, const at::Tensor &second);

/// Means of adjacent boxes of `kernel` (z, y, x) voxels, which fill the volume.
at::Tensor averagePoolChannelsLast(const at::Tensor &input, at::IntArrayRef kernel);

/// A transposed convolution with `weight` (in, out, kz, ky, kx) whose stride is its kernel's size, in float32 and not
/// recorded by autograd.
at::Tensor upsampleChannelsLast(const at::Tensor &input, const at::Tensor &weight, const at::Tensor &bias);

}  // namespace sheaf
