#pragma once

#include <ATen/core/Tensor.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <tuple>
#include <vector>

// Convolutions slab by slab: the planes under a slab's windows are copied to float32. So no tensor of bfloat16 is ever entirely
// in float32, and a slab is still in the cache when it is used. Two adjacent slabs form one batch, because libtorch prefers its
// own slower convolution to oneDNN's for single volumes of few voxels and channels.

namespace sheaf {

/// Memory of the slabs of one step in float32, input and output. Measured: a quarter of it computes more planes twice,
/// four times as much takes longer and more memory.
inline constexpr int64_t slabBytes = 16 << 20;

/// How the planes of a volume, and those of its convolution, are divided into slabs.
struct Slabs {
  static constexpr int64_t batch = 2;

  std::vector<int64_t> kernel, stride, padding;
  /// Output planes of a slab, and the input planes under their windows.
  int64_t outputs, inputs;
  int64_t outputPlanes;

  Slabs(const at::Tensor &input, const at::Tensor &weight, at::IntArrayRef stride, at::IntArrayRef padding)
      : kernel(weight.sizes().slice(2).vec()),
        stride(stride.vec()),
        padding(padding.vec()),
        outputPlanes(outputSize(input, 0)) {
    int64_t inputPlane = input.size(1) * input.size(3) * input.size(4) * stride[0];
    int64_t outputPlane = weight.size(0) * outputSize(input, 1) * outputSize(input, 2);
    int64_t most = std::max<int64_t>(1, slabBytes / 4 / batch / (inputPlane + outputPlane));
    int64_t steps = (outputPlanes + batch * most - 1) / (batch * most);
    outputs = (outputPlanes + batch * steps - 1) / (batch * steps);
    inputs = (outputs - 1) * stride[0] + kernel[0];
  }

  int64_t outputSize(const at::Tensor &input, int64_t axis) const {
    return (input.size(2 + axis) + 2 * padding[axis] - kernel[axis]) / stride[axis] + 1;
  }
  /// The first plane of input under the windows of an output plane.
  int64_t input(int64_t output) const { return output * stride[0] - padding[0]; }
  /// Planes that a slab's windows share with those of the next.
  int64_t shared() const { return std::max<int64_t>(0, kernel[0] - stride[0]); }
  /// The padding that remains once a slab includes the planes beside it.
  std::array<int64_t, 3> paddingInPlane() const { return {0, padding[1], padding[2]}; }

  /// Calls `body` with the sample and the first output planes of every step.
  template <typename Body>
  void forEachStep(int64_t samples, Body &&body) const {
    for (int64_t sample = 0; sample < samples; sample++) {
      for (int64_t first = 0; first < outputPlanes; first += batch * outputs) body(sample, first);
    }
  }
};

/// A batch of slabs of `count` planes in float32, zero outside the volume. The first begins at plane `first` of
/// `sample`, the next `step` planes further.
at::Tensor widened(const at::Tensor &volume, int64_t sample, int64_t first, int64_t step, int64_t count);

/// Copies the planes of `slab`, the first of which is plane `begin` of the volume, to a sample's planes below `end`
/// that are inside the volume.
void store(const at::Tensor &slab, at::Tensor &volume, int64_t sample, int64_t begin, int64_t end);

/// The gradients of a convolution's input (of its type, channels last), weight and bias (float32); undefined where not `wanted`.
std::tuple<at::Tensor, at::Tensor, at::Tensor> gradientsInSlabs(const at::Tensor &input, const at::Tensor &weight,
                                                                const at::Tensor &gradient, at::IntArrayRef stride,
                                                                at::IntArrayRef padding, std::array<bool, 3> wanted);

}  // namespace sheaf
