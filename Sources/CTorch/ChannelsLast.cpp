// Operators of networks on the processor, for tensors whose channels are fastest in memory.
//
// oneDNN's convolutions read and write that layout without reordering, which is a fifth of their time, but libtorch's
// norms take ten times as long in it. So the norm is made here, in one pass with what follows it: the sum with a
// shortcut and the rectifier. Sums are taken over chunks of voxels of a fixed size and then added in order, so that no
// bit depends on the number of threads.
//
// Instance norm: Ulyanov et al. 2016 (arXiv:1607.08022); its gradient as for any norm over a group (Ioffe and Szegedy
// 2015). Sums of squares: within a chunk about its own mean, chunks joined as by Chan et al. 1979.

#include "ChannelsLast.hpp"

#include "ChannelsLastKernels.hpp"

#include <ATen/TensorIterator.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <cmath>
#include <vector>

using namespace sheaf;

namespace {

// MARK: Threads

/// Calls `body` for every index below `count`, on libtorch's own threads: its loops are parallel inside the library,
/// whatever runtime it was built with.
template <typename Body>
void parallelFor(int64_t count, Body &&body) {
  auto indices = at::arange(count, at::kLong);
  auto iterator = at::TensorIteratorConfig().add_input(indices).build();
  iterator.for_each(
      [&](char **data, const int64_t *strides, int64_t length) {
        for (int64_t i = 0; i < length; i++) {
          body(*reinterpret_cast<const int64_t *>(data[0] + i * strides[0]));
        }
      },
      /*grain_size=*/1);
}

/// Voxels of a chunk: as many as stay in a processor's cache with their channels.
constexpr int64_t chunkVoxels = 1024;

/// Samples of a batch, cut into chunks.
struct Chunks {
  int64_t samples;
  int64_t voxels;
  int64_t channels;
  int64_t perSample;

  explicit Chunks(const at::Tensor &tensor)
      : samples(tensor.size(0)), voxels(tensor.size(2) * tensor.size(3) * tensor.size(4)), channels(tensor.size(1)),
        perSample((voxels + chunkVoxels - 1) / chunkVoxels) {}

  int64_t count() const { return samples * perSample; }
  int64_t sample(int64_t chunk) const { return chunk / perSample; }
  int64_t length(int64_t chunk) const { return std::min(chunkVoxels, voxels - chunk % perSample * chunkVoxels); }
  /// Of the chunk's first element.
  int64_t offset(int64_t chunk) const {
    return (sample(chunk) * voxels + chunk % perSample * chunkVoxels) * channels;
  }
};

template <typename Scalar>
const Scalar *elements(const at::Tensor &tensor) {
  return tensor.defined() ? tensor.const_data_ptr<Scalar>() : nullptr;
}

template <typename Scalar>
const Scalar *advanced(const Scalar *pointer, int64_t offset) {
  return pointer == nullptr ? nullptr : pointer + offset;
}

/// Calls `body` with a null pointer of the tensor's element type.
template <typename Body>
void withScalar(const at::Tensor &tensor, Body &&body) {
  if (tensor.scalar_type() == at::kBFloat16) {
    body(static_cast<at::BFloat16 *>(nullptr));
  } else {
    body(static_cast<float *>(nullptr));
  }
}

at::Tensor channelsLast(const at::Tensor &tensor, at::ScalarType type) {
  return tensor.to(type).contiguous(at::MemoryFormat::ChannelsLast3d);
}

// MARK: Norm

class NormFunction : public torch::autograd::Function<NormFunction> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext *context, const at::Tensor &input,
                            const at::Tensor &weight, const at::Tensor &bias,
                            const std::optional<at::Tensor> &shortcut, double epsilon, double slope) {
    Chunks chunks(input);
    auto output = at::empty_like(input, at::MemoryFormat::ChannelsLast3d);
    auto means = at::empty({chunks.samples, chunks.channels}, at::kFloat);
    auto deviations = at::empty_like(means);
    auto added = shortcut ? channelsLast(*shortcut, input.scalar_type()) : at::Tensor();
    auto weights = weight.contiguous();
    auto biases = bias.contiguous();
    withScalar(input, [&](auto *tag) {
      using Scalar = std::remove_pointer_t<decltype(tag)>;
      auto *from = elements<Scalar>(input);
      auto *plus = elements<Scalar>(added);
      auto *to = output.mutable_data_ptr<Scalar>();
      std::vector<float> partMeans(chunks.count() * chunks.channels), partSquares(partMeans.size());
      parallelFor(chunks.count(), [&](int64_t chunk) {
        kernels::measure(from + chunks.offset(chunk), chunks.length(chunk), chunks.channels,
                         &partMeans[chunk * chunks.channels], &partSquares[chunk * chunks.channels]);
      });
      std::vector<float> scales(means.numel());
      for (int64_t sample = 0; sample < chunks.samples; sample++) {
        for (int64_t channel = 0; channel < chunks.channels; channel++) {
          double count = 0, mean = 0, squares = 0;
          for (int64_t part = 0; part < chunks.perSample; part++) {
            int64_t chunk = sample * chunks.perSample + part;
            double added = static_cast<double>(chunks.length(chunk));
            double distance = partMeans[chunk * chunks.channels + channel] - mean;
            squares += partSquares[chunk * chunks.channels + channel] +
                       distance * distance * count * added / (count + added);
            count += added;
            mean += distance * added / count;
          }
          int64_t at = sample * chunks.channels + channel;
          double inverse = 1 / std::sqrt(squares / count + epsilon);
          means.mutable_data_ptr<float>()[at] = static_cast<float>(mean);
          deviations.mutable_data_ptr<float>()[at] = static_cast<float>(inverse);
          scales[at] = static_cast<float>(weights.const_data_ptr<float>()[channel] * inverse);
        }
      }
      parallelFor(chunks.count(), [&](int64_t chunk) {
        int64_t offset = chunks.offset(chunk);
        int64_t first = chunks.sample(chunk) * chunks.channels;
        kernels::apply(from + offset, advanced(plus, offset), to + offset, chunks.length(chunk), chunks.channels,
                       means.const_data_ptr<float>() + first, &scales[first], biases.const_data_ptr<float>(),
                       static_cast<float>(slope));
      });
    });
    context->saved_data["slope"] = slope;
    context->saved_data["shortcut"] = shortcut && shortcut->requires_grad();
    context->save_for_backward({input, weights, slope == 1 ? at::Tensor() : output, means, deviations});
    return output;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext *context,
                                                 torch::autograd::variable_list gradients) {
    auto saved = context->get_saved_variables();
    auto &input = saved[0], &weights = saved[1], &output = saved[2], &means = saved[3], &deviations = saved[4];
    auto slope = static_cast<float>(context->saved_data["slope"].toDouble());
    bool hasShortcut = context->saved_data["shortcut"].toBool();
    auto gradient = channelsLast(gradients[0], input.scalar_type());
    Chunks chunks(input);
    auto result = at::empty_like(input, at::MemoryFormat::ChannelsLast3d);
    // Without a rectifier the shortcut's gradient is the gradient itself.
    bool writesShortcut = hasShortcut && output.defined();
    auto shortcut = writesShortcut ? at::empty_like(result) : hasShortcut ? gradient : at::Tensor();
    auto weightGradient = at::zeros({chunks.channels}, at::kFloat);
    auto biasGradient = at::zeros({chunks.channels}, at::kFloat);
    withScalar(input, [&](auto *tag) {
      using Scalar = std::remove_pointer_t<decltype(tag)>;
      auto *from = elements<Scalar>(input);
      auto *slopes = elements<Scalar>(output);
      auto *change = elements<Scalar>(gradient);
      auto *beside = writesShortcut ? shortcut.mutable_data_ptr<Scalar>() : nullptr;
      auto *to = result.mutable_data_ptr<Scalar>();
      auto *mean = means.const_data_ptr<float>();
      std::vector<float> partSums(chunks.count() * chunks.channels), partProducts(partSums.size());
      parallelFor(chunks.count(), [&](int64_t chunk) {
        int64_t offset = chunks.offset(chunk);
        kernels::sum(change + offset, advanced(slopes, offset), from + offset,
                     beside == nullptr ? nullptr : beside + offset, chunks.length(chunk), chunks.channels,
                     mean + chunks.sample(chunk) * chunks.channels, slope, &partSums[chunk * chunks.channels],
                     &partProducts[chunk * chunks.channels]);
      });
      std::vector<float> scales(means.numel()), offsets(means.numel()), factors(means.numel());
      for (int64_t channel = 0; channel < chunks.channels; channel++) {
        double weightSum = 0, biasSum = 0;
        for (int64_t sample = 0; sample < chunks.samples; sample++) {
          double sums = 0, products = 0;
          for (int64_t part = 0; part < chunks.perSample; part++) {
            int64_t at = (sample * chunks.perSample + part) * chunks.channels + channel;
            sums += partSums[at];
            products += partProducts[at];
          }
          int64_t at = sample * chunks.channels + channel;
          double inverse = deviations.const_data_ptr<float>()[at];
          double scale = weights.const_data_ptr<float>()[channel] * inverse;
          double count = static_cast<double>(chunks.voxels);
          scales[at] = static_cast<float>(scale);
          offsets[at] = static_cast<float>(-scale * sums / count);
          factors[at] = static_cast<float>(-scale * inverse * inverse * products / count);
          weightSum += products * inverse;
          biasSum += sums;
        }
        weightGradient.mutable_data_ptr<float>()[channel] = static_cast<float>(weightSum);
        biasGradient.mutable_data_ptr<float>()[channel] = static_cast<float>(biasSum);
      }
      parallelFor(chunks.count(), [&](int64_t chunk) {
        int64_t offset = chunks.offset(chunk);
        int64_t first = chunks.sample(chunk) * chunks.channels;
        // What was written for the shortcut has passed the rectifier already.
        kernels::propagate(beside == nullptr ? change + offset : beside + offset,
                           beside == nullptr ? advanced(slopes, offset) : nullptr, from + offset, to + offset,
                           chunks.length(chunk), chunks.channels, mean + first, &scales[first], &offsets[first],
                           &factors[first], slope);
      });
    });
    return {result, weightGradient, biasGradient, shortcut, at::Tensor(), at::Tensor()};
  }
};

// MARK: Joining

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

// MARK: Pooling

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

bool isChannelsLast(const at::Tensor &tensor) {
  return tensor.is_cpu() && tensor.dim() == 5 && tensor.size(1) > 1 && tensor.numel() > 0 &&
         (tensor.scalar_type() == at::kFloat || tensor.scalar_type() == at::kBFloat16) &&
         tensor.is_contiguous(at::MemoryFormat::ChannelsLast3d);
}

}  // namespace

namespace sheaf {

std::optional<at::Tensor> normalizeChannelsLast(const at::Tensor &input, const at::Tensor &weight,
                                                const at::Tensor &bias, const at::Tensor &shortcut, double epsilon,
                                                double slope) {
  if (!isChannelsLast(input) || weight.scalar_type() != at::kFloat || bias.scalar_type() != at::kFloat ||
      weight.numel() != input.size(1) || bias.numel() != input.size(1)) {
    return std::nullopt;
  }
  if (shortcut.defined() && shortcut.sizes() != input.sizes()) return std::nullopt;
  auto added = shortcut.defined() ? std::optional(shortcut) : std::nullopt;
  return NormFunction::apply(input, weight, bias, added, epsilon, slope);
}

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
