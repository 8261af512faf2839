// Instance norm on the CPU for channels-last tensors, fused with the sum with a shortcut and the leaky rectifier.
//
// oneDNN's convolutions read and write this layout without reordering, which would take a fifth of their time, but
// libtorch's norms take ten times as long in it. Sums are taken over chunks of voxels of a fixed size and then added in
// order, so that no bit depends on the number of threads.
//
// Instance norm: Ulyanov et al. 2016 (arXiv:1607.08022); its gradient as for any norm over a group (Ioffe and Szegedy
// 2015). Sums of squares: within a chunk about its own mean, chunks combined as in Chan et al. 1979.

#include "ChannelsLast.hpp"
#include "ChannelsLastLoops.hpp"

#include <torch/csrc/autograd/custom_function.h>

#include <cmath>
#include <optional>
#include <vector>

using namespace sheaf;

namespace {

class NormFunction : public torch::autograd::Function<NormFunction> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext *context, const at::Tensor &input,
                            const at::Tensor &weight, const at::Tensor &bias, const std::optional<at::Tensor> &shortcut,
                            double epsilon, double slope) {
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
            squares +=
                partSquares[chunk * chunks.channels + channel] + distance * distance * count * added / (count + added);
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
    // Without a rectifier the gradient of the shortcut is the gradient itself.
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
        // The gradient written for the shortcut has already passed the rectifier.
        kernels::propagate(beside == nullptr ? change + offset : beside + offset,
                           beside == nullptr ? advanced(slopes, offset) : nullptr, from + offset, to + offset,
                           chunks.length(chunk), chunks.channels, mean + first, &scales[first], &offsets[first],
                           &factors[first], slope);
      });
    });
    return {result, weightGradient, biasGradient, shortcut, at::Tensor(), at::Tensor()};
  }
};

}  // namespace

namespace sheaf {

at::Tensor normalizeChannelsLast(const at::Tensor &input, const at::Tensor &weight, const at::Tensor &bias,
                                 const at::Tensor &shortcut, double epsilon, double slope) {
  auto added = shortcut.defined() ? std::optional(shortcut) : std::nullopt;
  return NormFunction::apply(input, weight, bias, added, epsilon, slope);
}

}  // namespace sheaf
