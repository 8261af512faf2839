// Convolutions of bfloat16 tensors with float32 arithmetic, for processors that are slower at bfloat16.

#include "WideConvolution.hpp"

#include "ConvolutionSlabs.hpp"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include <array>
#include <optional>

using namespace sheaf;

namespace {

constexpr int64_t ones[] = {1, 1, 1};

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
    std::array wanted{context->needs_input_grad(0), context->needs_input_grad(1),
                      context->saved_data["bias"].toBool() && context->needs_input_grad(2)};
    auto [ofInput, ofWeight, ofBias] = gradientsInSlabs(
        saved[0], saved[1], gradients[0].contiguous(at::MemoryFormat::ChannelsLast3d),
        context->saved_data["stride"].toIntVector(), context->saved_data["padding"].toIntVector(), wanted);
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
