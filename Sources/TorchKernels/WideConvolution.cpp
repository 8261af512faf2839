// Convolutions of bfloat16 tensors with float32 arithmetic, for processors that are slower at bfloat16.
//
// A volume is processed in slabs of planes: the planes under a slab's windows are converted to float32, and its output
// is converted back to bfloat16. So no tensor is ever entirely in float32, and a slab is still in the cache when it is
// used. Two adjacent slabs form one batch, because libtorch prefers its own slower convolution to oneDNN's for single
// volumes of few voxels and channels.

#include "WideConvolution.hpp"
#include "ChannelsLastLoops.hpp"

#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

using namespace sheaf;

namespace {

constexpr int64_t z = 2;
constexpr int64_t ones[] = {1, 1, 1};
/// Memory of the slabs of one step in float32, input and output. Measured: a quarter of it computes more planes twice,
/// four times as much takes longer and more memory.
constexpr int64_t slabBytes = 16 << 20;

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
    return (input.size(z + axis) + 2 * padding[axis] - kernel[axis]) / stride[axis] + 1;
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
at::Tensor widened(const at::Tensor &volume, int64_t sample, int64_t first, int64_t step, int64_t count) {
  auto shape = volume.sizes().vec();
  shape[0] = Slabs::batch;
  shape[z] = count;
  auto slabs = at::empty(shape, volume.options().dtype(at::kFloat), at::MemoryFormat::ChannelsLast3d);
  for (int64_t index = 0; index < Slabs::batch; index++, first += step) {
    auto slab = slabs.narrow(0, index, 1);
    int64_t begin = std::clamp<int64_t>(first, 0, volume.size(z)),
            end = std::clamp(first + count, begin, volume.size(z));
    int64_t below = std::min(begin - first, count), inside = end - begin;
    if (below > 0) slab.narrow(z, 0, below).zero_();
    if (inside > 0) slab.narrow(z, below, inside).copy_(volume.narrow(0, sample, 1).narrow(z, begin, inside));
    if (below + inside < count) slab.narrow(z, below + inside, count - below - inside).zero_();
  }
  return slabs;
}

/// Copies the planes of `slab`, the first of which is plane `begin` of the volume, to a sample's planes below `end`
/// that are inside the volume.
void store(const at::Tensor &slab, at::Tensor &volume, int64_t sample, int64_t begin, int64_t end) {
  int64_t start = std::max<int64_t>(begin, 0);
  int64_t count = std::min(end, volume.size(z)) - start;
  if (count <= 0) return;
  volume.narrow(0, sample, 1).narrow(z, start, count).copy_(slab.narrow(z, start - begin, count));
}

void add(at::Tensor &sum, const at::Tensor &part) {
  if (!part.defined()) return;
  if (sum.defined()) {
    sum.add_(part);
  } else {
    sum = part;
  }
}

class WideConvolution : public torch::autograd::Function<WideConvolution> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext *context, const at::Tensor &input,
                            const at::Tensor &weight, const std::optional<at::Tensor> &bias, at::IntArrayRef stride,
                            at::IntArrayRef padding) {
    c10::impl::ExcludeDispatchKeyGuard exact(c10::DispatchKey::AutocastCPU);
    auto volume = input.contiguous(at::MemoryFormat::ChannelsLast3d);
    Slabs slabs(volume, weight, stride, padding);
    auto output = at::empty(
        {volume.size(0), weight.size(0), slabs.outputPlanes, slabs.outputSize(volume, 1), slabs.outputSize(volume, 2)},
        volume.options().dtype(at::kBFloat16), at::MemoryFormat::ChannelsLast3d);
    slabs.forEachStep(volume.size(0), [&](int64_t sample, int64_t first) {
      auto planes = widened(volume, sample, slabs.input(first), slabs.outputs * stride[0], slabs.inputs);
      auto made = at::mkldnn_convolution(planes, weight, bias, slabs.paddingInPlane(), stride, ones, /*groups=*/1);
      for (int64_t index = 0; index < Slabs::batch; index++, first += slabs.outputs) {
        store(made.narrow(0, index, 1), output, sample, first, first + slabs.outputs);
      }
    });
    context->save_for_backward({volume, weight});
    context->saved_data["bias"] = bias.has_value();
    context->saved_data["stride"] = stride;
    context->saved_data["padding"] = padding;
    return output;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext *context,
                                                 torch::autograd::variable_list gradients) {
    c10::impl::ExcludeDispatchKeyGuard exact(c10::DispatchKey::AutocastCPU);
    auto saved = context->get_saved_variables();
    auto &input = saved[0], &weight = saved[1];
    Slabs slabs(input, weight, context->saved_data["stride"].toIntVector(),
                context->saved_data["padding"].toIntVector());
    bool hasBias = context->saved_data["bias"].toBool();
    auto biasSizes = hasBias ? at::OptionalIntArrayRef(weight.sizes().slice(0, 1)) : at::OptionalIntArrayRef();
    std::array wanted{context->needs_input_grad(0), context->needs_input_grad(1),
                      hasBias && context->needs_input_grad(2)};
    auto gradient = gradients[0].contiguous(at::MemoryFormat::ChannelsLast3d);
    // Zeros, because windows may skip planes.
    auto ofInput = wanted[0] ? at::zeros_like(input, at::MemoryFormat::ChannelsLast3d) : at::Tensor();
    at::Tensor ofWeight, ofBias, shared;
    slabs.forEachStep(input.size(0), [&](int64_t sample, int64_t first) {
      auto change = widened(gradient, sample, first, slabs.outputs, slabs.outputs);
      auto planes = widened(input, sample, slabs.input(first), slabs.outputs * slabs.stride[0], slabs.inputs);
      auto parts = at::convolution_backward(change, planes, weight, biasSizes, slabs.stride, slabs.paddingInPlane(),
                                            ones, /*transposed=*/false, {0, 0, 0}, /*groups=*/1, wanted);
      add(ofWeight, std::get<1>(parts));
      add(ofBias, std::get<2>(parts));
      if (!wanted[0]) return;
      for (int64_t index = 0; index < Slabs::batch; index++, first += slabs.outputs) {
        auto made = std::get<0>(parts).narrow(0, index, 1);
        int64_t begin = slabs.input(first), overlap = slabs.shared();
        if (first > 0 && overlap > 0) made.narrow(z, 0, overlap).add_(shared);
        // The next slab adds to the last planes, unless there is none.
        bool isLast = first + slabs.outputs >= slabs.outputPlanes;
        store(made, ofInput, sample, begin, begin + slabs.inputs - (isLast ? 0 : overlap));
        if (isLast) return;
        shared = made.narrow(z, slabs.inputs - overlap, overlap).clone();
      }
    });
    return {ofInput, ofWeight, ofBias, at::Tensor(), at::Tensor()};
  }
};

}  // namespace

namespace sheaf {

at::Tensor convolveWide(const at::Tensor &input, const at::Tensor &weight, const at::Tensor &bias,
                        at::IntArrayRef stride, at::IntArrayRef padding) {
  auto added = bias.defined() ? std::optional(bias) : std::nullopt;
  return WideConvolution::apply(input, weight, added, stride, padding);
}

}  // namespace sheaf
