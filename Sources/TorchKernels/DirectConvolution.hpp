#pragma once

#include <ATen/core/Tensor.h>

namespace sheaf {

/// A convolution of float32 volumes on the CPU whose output and gradients oneDNN computes, whatever their size.
at::Tensor convolveDirectly(const at::Tensor &input, const at::Tensor &weight, const at::Tensor &bias,
                            at::IntArrayRef stride, at::IntArrayRef padding);

}  // namespace sheaf
