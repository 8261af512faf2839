#pragma once

#include <ATen/ATen.h>

namespace sheaf {

/// The soft skeleton of `image` (batch, channel, z, y, x; float32), values in 0...1, recorded by autograd: S. Shit et al.,
/// "clDice", CVPR 2021, algorithm 1, what openings take away, collected over `iterations` erosions.
///
/// Voxels where `known` is 0 stand for 1 where the least neighbour is sought and for 0 where the greatest is, as what
/// lies outside the volume does.
at::Tensor softSkeleton(at::Tensor image, const at::Tensor &known, int32_t iterations);

}  // namespace sheaf
