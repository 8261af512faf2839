#pragma once

#include <ATen/ATen.h>

#include <optional>

namespace sheaf {

/// rectified(norm(input) + shortcut), recorded by autograd; nothing where the input is not a float32 or bfloat16 volume
/// (batch, channel, z, y, x) on the processor with its channels fastest.
///
/// - Parameter shortcut: of the input's shape; undefined for none.
/// - Parameter slope: of the leaky rectifier below zero; 1 for none.
std::optional<at::Tensor> normalizeChannelsLast(const at::Tensor &input, const at::Tensor &weight,
                                                const at::Tensor &bias, const at::Tensor &shortcut, double epsilon,
                                                double slope);

/// The channels of `first`, with `bias` added (undefined for none), then those of `second`, recorded by autograd; nothing
/// where `first` is not as above or the shapes do not go together.
std::optional<at::Tensor> joinChannelsLast(const at::Tensor &first, const at::Tensor &bias, const at::Tensor &second);

/// Means of boxes of `kernel` voxels, recorded by autograd; nothing where the above does not hold or the boxes do not
/// fill the volume.
std::optional<at::Tensor> averagePoolChannelsLast(const at::Tensor &input, at::IntArrayRef kernel);

}  // namespace sheaf
