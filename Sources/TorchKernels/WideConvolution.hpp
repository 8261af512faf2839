#pragma once

#include <ATen/core/Tensor.h>

namespace sheaf {

/// A convolution on the CPU that reads and writes bfloat16 and computes in float32 with weights that are not rounded,
/// recorded by autograd. For autocast to bfloat16 with oneDNN; input and weight have five axes and the same channels,
/// and the padded input is at least as large as the kernel. `Dispatch.cpp` checks these requirements.
at::Tensor convolveWide(const at::Tensor &input, const at::Tensor &weight, const at::Tensor &bias,
                        at::IntArrayRef stride, at::IntArrayRef padding);

}  // namespace sheaf
