// Channels side by side, and means of boxes, for tensors whose channels are fastest in memory. What libtorch has for that
// layout copies voxel by voxel, or lacks bfloat16.

#include "ChannelsLast.hpp"
#include "ChannelsLastLoops.hpp"

#include <torch/csrc/autograd/custom_function.h>

#include <vector>

using namespace sheaf;

namespace {

/// The channels of two tensors side by side, those of the first with a bias.
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

class PoolFunction : public torch::autograd::Function<PoolFunction> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext *context, const at::Tensor &input,
                            const std::vector<int64_t> &kernel) {
    auto size = input.sizes();
    auto output = at::empty({size[0], size[1], size[2] / kernel[0], size[3] / kernel[1], size[4] / kernel[2]},
                            input.options(), at::MemoryFormat::ChannelsLast3d);
    withScalar(input, [&](auto *tag) {
      using Scalar = std::remove_pointer_t<decltype(tag)>;
      auto *from = elements<Scalar>(input);
      auto *to = output.mutable_data_ptr<Scalar>();
      forRows(input, output, [&](int64_t coarse, int64_t fine, int64_t strideZ, int64_t strideY) {
        kernels::pool(from + fine, to + coarse, output.size(4), size[1], kernel.data(), strideZ, strideY);
      });
    });
    context->saved_data["kernel"] = kernel;
    context->saved_data["size"] = size;
    return output;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext *context,
                                                 torch::autograd::variable_list gradients) {
    auto kernel = context->saved_data["kernel"].toIntVector();
    auto size = context->saved_data["size"].toIntVector();
    auto gradient = gradients[0].contiguous(at::MemoryFormat::ChannelsLast3d);
    auto result = at::empty(size, gradient.options(), at::MemoryFormat::ChannelsLast3d);
    withScalar(gradient, [&](auto *tag) {
      using Scalar = std::remove_pointer_t<decltype(tag)>;
      auto *from = elements<Scalar>(gradient);
      auto *to = result.template mutable_data_ptr<Scalar>();
      forRows(result, gradient, [&](int64_t coarse, int64_t fine, int64_t strideZ, int64_t strideY) {
        kernels::spread(from + coarse, to + fine, gradient.size(4), size[1], kernel.data(), strideZ, strideY);
      });
    });
    return {result, at::Tensor()};
  }

 private:
  /// Calls `body` for every row of the coarse tensor with the offsets of its first element and of the first of the fine
  /// tensor under it, and the fine tensor's strides along z and y.
  template <typename Body>
  static void forRows(const at::Tensor &fine, const at::Tensor &coarse, Body &&body) {
    int64_t depth = coarse.size(2), height = coarse.size(3);
    int64_t kernelZ = fine.size(2) / depth, kernelY = fine.size(3) / height;
    int64_t strideY = fine.size(4) * fine.size(1), strideZ = fine.size(3) * strideY;
    int64_t row = coarse.size(4) * coarse.size(1);
    parallelFor(coarse.size(0) * depth * height, [&](int64_t index) {
      int64_t y = index % height, z = index / height % depth, sample = index / height / depth;
      body(index * row, (sample * fine.size(2) + z * kernelZ) * strideZ + y * kernelY * strideY, strideZ, strideY);
    });
  }
};

}  // namespace

namespace sheaf {

std::optional<at::Tensor> joinChannelsLast(const at::Tensor &first, const at::Tensor &bias,
                                           const at::Tensor &second) {
  if (!isChannelsLast(first) || second.dim() != 5 || second.scalar_type() != first.scalar_type() ||
      second.size(0) != first.size(0) || second.sizes().slice(2) != first.sizes().slice(2)) {
    return std::nullopt;
  }
  if (bias.defined() && (bias.scalar_type() != at::kFloat || bias.numel() != first.size(1))) return std::nullopt;
  auto added = bias.defined() ? std::optional(bias) : std::nullopt;
  return JoinFunction::apply(first, added, second);
}

std::optional<at::Tensor> averagePoolChannelsLast(const at::Tensor &input, at::IntArrayRef kernel) {
  if (!isChannelsLast(input)) return std::nullopt;
  for (int axis = 0; axis < 3; axis++) {
    if (kernel[axis] < 1 || input.size(2 + axis) % kernel[axis] != 0) return std::nullopt;
  }
  return PoolFunction::apply(input, kernel.vec());
}

}  // namespace sheaf
