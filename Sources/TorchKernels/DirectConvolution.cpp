// Convolutions of float32 volumes by oneDNN, gradients included.
//
// libtorch differentiates `mkldnn_convolution` by choosing an implementation anew, by the number of voxels and channels: for one
// sample of few of either it unfolds the volume and multiplies matrices, which takes several times as long.

#include "DirectConvolution.hpp"

#include "ConvolutionSlabs.hpp"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include <array>
#include <optional>

namespace {

constexpr int64_t ones[] = {1, 1, 1};

/// Whether libtorch would unfold the input: what it decides by (`ConvParams::use_mkldnn` of libtorch 2.13). Kernels of one voxel
/// unfold to what they are.
bool isUnfolded(const at::Tensor &input, const at::Tensor &weight) {
  bool isSingleVoxel = weight.size(2) == 1 && weight.size(3) == 1 && weight.size(4) == 1;
  bool isLarge = weight.size(3) > 3 && weight.size(4) > 3;
  return input.size(0) == 1 && !isSingleVoxel && !isLarge && input.size(1) * input.size(2) * input.size(3) <= 20480;
}

class DirectConvolution : public torch::autograd::Function<DirectConvolution> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext *context, const at::Tensor &input,
                            const at::Tensor &weight, const std::optional<at::Tensor> &bias, at::IntArrayRef stride,
                            at::IntArrayRef padding) {
    context->save_for_backward({input, weight});
    context->saved_data["bias"] = bias.has_value();
    context->saved_data["stride"] = stride;
    context->saved_data["padding"] = padding;
    return at::mkldnn_convolution(input, weight, bias, padding, stride, ones, /*groups=*/1);
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext *context,
                                                 torch::autograd::variable_list gradients) {
    auto saved = context->get_saved_variables();
    std::array wanted{context->needs_input_grad(0), context->needs_input_grad(1),
                      context->saved_data["bias"].toBool() && context->needs_input_grad(2)};
    auto stride = context->saved_data["stride"].toIntVector();
    auto padding = context->saved_data["padding"].toIntVector();
    auto &input = saved[0], &weight = saved[1];
    auto [ofInput, ofWeight, ofBias] =
        isUnfolded(input, weight)
            ? sheaf::gradientsInSlabs(input, weight, gradients[0], stride, padding, wanted)
            : at::convolution_backward(gradients[0], input, weight, at::OptionalIntArrayRef(weight.sizes().slice(0, 1)),
                                       stride, padding, ones, /*transposed=*/false, {0, 0, 0}, /*groups=*/1, wanted);
    return {ofInput, ofWeight, ofBias, at::Tensor(), at::Tensor()};
  }
};

}  // namespace

namespace sheaf {

at::Tensor convolveDirectly(const at::Tensor &input, const at::Tensor &weight, const at::Tensor &bias,
                            at::IntArrayRef stride, at::IntArrayRef padding) {
  auto added = bias.defined() ? std::optional(bias) : std::nullopt;
  return DirectConvolution::apply(input, weight, added, stride, padding);
}

}  // namespace sheaf
