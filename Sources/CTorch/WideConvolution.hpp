#pragma once

#include <ATen/ATen.h>

#include <optional>

namespace sheaf {

/// Whether `convolveWide` makes anything on this thread, and what it was before.
bool setWideConvolutions(bool enabled);

/// A convolution on the processor whose tensors are bfloat16 and whose arithmetic is float32, recorded by autograd; the
/// weights are not rounded. Nothing where it is not asked for, where automatic casts to bfloat16 are off, or where the
/// shapes do not go together.
std::optional<at::Tensor> convolveWide(const at::Tensor &input, const at::Tensor &weight, const at::Tensor &bias,
                                       at::IntArrayRef stride, at::IntArrayRef padding);

}  // namespace sheaf
