#pragma once

#include <ATen/core/Tensor.h>

namespace sheaf {

/// A convolution on the CPU in float32 with kernels of three planes, stride 1 and one plane of padding, for channels-last
/// tensors. It takes half the products of the direct one, and is not recorded by autograd. Results differ from the
/// direct ones by rounding, and no bit depends on the number of threads. `Dispatch.cpp` checks these requirements.
///
/// - Parameter bias: one element a channel, or undefined.
at::Tensor convolveWithFewerProducts(const at::Tensor &input, const at::Tensor &weight, const at::Tensor &bias);

}  // namespace sheaf
