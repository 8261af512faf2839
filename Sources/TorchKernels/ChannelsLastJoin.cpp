// Concatenation of channels on the CPU for channels-last tensors, fused with a bias. libtorch's concatenation copies
// voxel by voxel in this layout.

#include "ChannelsLast.hpp"
#include "ChannelsLastLoops.hpp"

#include <torch/csrc/autograd/custom_function.h>

#include <optional>
#include <vector>

using namespace sheaf;

namespace {

/// The channels of two tensors side by side, a bias added to those of the first.
class JoinFunction : public torch::autograd::Function<JoinFunction> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext *context, const at::Tensor &first,
                            const std::optional<at::Tensor> &bias, const at::Tensor &second) {
    Chunks chunks(first);
    auto other = channelsLast(second, first.scalar_type());
    int64_t own = first.size(1), others = other.size(1), all = own + others;
    auto size = first.sizes().vec();
    size[1] = all;
    auto output = at::empty(size, first.options(), at::MemoryFormat::ChannelsLast3d);
    auto biases = bias ? bias->contiguous() : at::Tensor();
    withScalar(first, [&](auto *tag) {
      using Scalar = std::remove_pointer_t<decltype(tag)>;
      auto *left = elements<Scalar>(first);
      auto *right = elements<Scalar>(other);
      auto *to = output.mutable_data_ptr<Scalar>();
      auto *shift = elements<float>(biases);
      parallelFor(chunks.count(), [&](int64_t chunk) {
        int64_t voxel = chunks.offset(chunk) / own, length = chunks.length(chunk);
        kernels::copy(left + voxel * own, own, to + voxel * all, all, length, own, shift);
        kernels::copy(right + voxel * others, others, to + voxel * all + own, all, length, others, nullptr);
      });
    });
    context->saved_data["own"] = own;
    context->saved_data["bias"] = bias.has_value();
    return output;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext *context,
                                                 torch::autograd::variable_list gradients) {
    auto gradient = gradients[0].contiguous(at::MemoryFormat::ChannelsLast3d);
    int64_t own = context->saved_data["own"].toInt(), all = gradient.size(1), others = all - own;
    bool hasBias = context->saved_data["bias"].toBool();
    auto size = gradient.sizes().vec();
    size[1] = own;
    auto first = at::empty(size, gradient.options(), at::MemoryFormat::ChannelsLast3d);
    size[1] = others;
    auto second = at::empty(size, gradient.options(), at::MemoryFormat::ChannelsLast3d);
    auto biases = hasBias ? at::zeros({own}, at::kFloat) : at::Tensor();
    Chunks chunks(first);
    withScalar(gradient, [&](auto *tag) {
      using Scalar = std::remove_pointer_t<decltype(tag)>;
      auto *from = elements<Scalar>(gradient);
      auto *left = first.mutable_data_ptr<Scalar>();
      auto *right = second.mutable_data_ptr<Scalar>();
      std::vector<float> partSums(hasBias ? chunks.count() * own : 0);
      parallelFor(chunks.count(), [&](int64_t chunk) {
        int64_t voxel = chunks.offset(chunk) / own, length = chunks.length(chunk);
        kernels::copy(from + voxel * all, all, left + voxel * own, own, length, own, nullptr);
        kernels::copy(from + voxel * all + own, all, right + voxel * others, others, length, others, nullptr);
        if (hasBias) kernels::sumStrided(from + voxel * all, all, length, own, &partSums[chunk * own]);
      });
      for (int64_t channel = 0; hasBias && channel < own; channel++) {
        double sum = 0;
        for (int64_t chunk = 0; chunk < chunks.count(); chunk++) sum += partSums[chunk * own + channel];
        biases.mutable_data_ptr<float>()[channel] = static_cast<float>(sum);
      }
    });
    return {first, biases, second};
  }
};

}  // namespace

namespace sheaf {

at::Tensor joinChannelsLast(const at::Tensor &first, const at::Tensor &bias, const at::Tensor &second) {
  auto added = bias.defined() ? std::optional(bias) : std::nullopt;
  return JoinFunction::apply(first, added, second);
}

}  // namespace sheaf
