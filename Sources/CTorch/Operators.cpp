// The operators of the networks, and the losses.

#include "ChannelsLast.hpp"
#include "Shim.hpp"
#include "SoftSkeleton.hpp"
#include "WideConvolution.hpp"

#include <ATen/autocast_mode.h>

#include <vector>

using namespace sheaf;

namespace {

at::IntArrayRef three(const int64_t *values) { return at::IntArrayRef(values, 3); }

/// Sums over every axis but the first: one number a sample.
at::Tensor sumPerSample(const at::Tensor &value) { return value.flatten(1).sum(1); }

/// Whether libtorch may take its own convolution, which unfolds and multiplies, in place of oneDNN's: it does for inputs
/// of few voxels and channels in float32, such as the first layer's of a tile. That one is slower, and gives planes of
/// channels, so that all that follows loses the layout with channels fastest.
bool wouldMissOneDNN(const at::Tensor &input) {
  return input.is_cpu() && input.dim() == 5 && input.scalar_type() == at::kFloat &&
         !at::autocast::is_autocast_enabled(at::kCPU) && hasOneDNN();
}

}  // namespace

CTorchStatus ctorch_conv3d(const CTorchTensor *input, const CTorchTensor *weight, const CTorchTensor *bias,
                           const int64_t stride[3], const int64_t padding[3], CTorchTensor **out) {
  return produce(out, [&] {
    auto wide = convolveWide(input->tensor, weight->tensor, optionalTensor(bias), three(stride), three(padding));
    if (wide) return *wide;
    if (wouldMissOneDNN(input->tensor)) {
      const int64_t ones[] = {1, 1, 1};
      return at::mkldnn_convolution(input->tensor, weight->tensor, optionalTensor(bias), three(padding), three(stride),
                                    three(ones), /*groups=*/1);
    }
    return at::conv3d(input->tensor, weight->tensor, optionalTensor(bias), three(stride), three(padding));
  });
}

CTorchStatus ctorch_conv_transpose3d(const CTorchTensor *input, const CTorchTensor *weight, const CTorchTensor *bias,
                                     const int64_t stride[3], CTorchTensor **out) {
  return produce(out, [&] {
    return at::conv_transpose3d(input->tensor, weight->tensor, optionalTensor(bias), three(stride));
  });
}

CTorchStatus ctorch_instance_norm(const CTorchTensor *input, const CTorchTensor *weight, const CTorchTensor *bias,
                                  const CTorchTensor *shortcut, double epsilon, double slope, CTorchTensor **out) {
  return produce(out, [&] {
    auto added = optionalTensor(shortcut);
    auto fused = normalizeChannelsLast(input->tensor, weight->tensor, bias->tensor, added, epsilon, slope);
    if (fused) return *fused;
    at::Tensor output;
    // A group of one channel is the same norm. On processors that kernel is measured to be faster (forward by a third,
    // in float32 also backward by a quarter); on CUDA autocast would take it to float32.
    if (input->tensor.is_cpu() && input->tensor.dim() > 2) {
      output = at::group_norm(input->tensor, input->tensor.size(1), weight->tensor, bias->tensor, epsilon,
                              /*cudnn_enabled=*/false);
    } else {
      output = at::instance_norm(input->tensor, weight->tensor, bias->tensor, {}, {}, /*use_input_stats=*/true,
                                 /*momentum=*/0.1, epsilon, /*cudnn_enabled=*/true);
    }
    // In place is safe: the norm's gradient needs its input, not its output.
    if (added.defined()) output.add_(added);
    if (slope != 1) at::leaky_relu_(output, slope);
    return output;
  });
}

CTorchStatus ctorch_add(const CTorchTensor *a, const CTorchTensor *b, CTorchTensor **out) {
  return produce(out, [&] { return at::add(a->tensor, b->tensor); });
}

CTorchStatus ctorch_multiply(const CTorchTensor *a, const CTorchTensor *b, CTorchTensor **out) {
  return produce(out, [&] { return at::mul(a->tensor, b->tensor); });
}

CTorchStatus ctorch_affine(const CTorchTensor *a, double factor, double offset, CTorchTensor **out) {
  return produce(out, [&] { return a->tensor.mul(factor).add(offset); });
}

CTorchStatus ctorch_power(const CTorchTensor *a, double exponent, CTorchTensor **out) {
  return produce(out, [&] { return at::pow(a->tensor, exponent); });
}

CTorchStatus ctorch_clamp(const CTorchTensor *a, double low, double high, CTorchTensor **out) {
  return produce(out, [&] { return at::clamp(a->tensor, low, high); });
}

CTorchStatus ctorch_equal(const CTorchTensor *a, double value, CTorchTensor **out) {
  return produce(out, [&] { return a->tensor.eq(value).to(at::kFloat); });
}

CTorchStatus ctorch_concatenate(const CTorchTensor *const *tensors, int32_t count, int32_t axis, CTorchTensor **out) {
  return produce(out, [&] {
    std::vector<at::Tensor> parts;
    for (int32_t i = 0; i < count; i++) parts.push_back(tensors[i]->tensor);
    return at::cat(parts, axis);
  });
}

CTorchStatus ctorch_join_channels(const CTorchTensor *first, const CTorchTensor *bias, const CTorchTensor *second,
                                  CTorchTensor **out) {
  return produce(out, [&] {
    auto added = optionalTensor(bias);
    auto joined = joinChannelsLast(first->tensor, added, second->tensor);
    if (joined) return *joined;
    auto shifted = added.defined() ? first->tensor + added.view({1, -1, 1, 1, 1}).to(first->tensor.scalar_type())
                                   : first->tensor;
    return at::cat({shifted, second->tensor}, 1);
  });
}

CTorchStatus ctorch_average_pool3d(const CTorchTensor *input, const int64_t kernel[3], CTorchTensor **out) {
  return produce(out, [&] {
    auto pooled = averagePoolChannelsLast(input->tensor, three(kernel));
    if (pooled) return *pooled;
    // libtorch's own has no bfloat16 on processors.
    if (!input->tensor.is_cpu()) return at::avg_pool3d(input->tensor, three(kernel), three(kernel));
    auto wide = at::avg_pool3d(input->tensor.to(at::kFloat), three(kernel), three(kernel));
    return wide.to(input->tensor.scalar_type());
  });
}

CTorchStatus ctorch_sigmoid(const CTorchTensor *a, CTorchTensor **out) {
  return produce(out, [&] { return at::sigmoid(a->tensor); });
}

CTorchStatus ctorch_softmax(const CTorchTensor *a, int32_t axis, CTorchTensor **out) {
  return produce(out, [&] { return at::softmax(a->tensor, axis); });
}

CTorchStatus ctorch_sum(const CTorchTensor *a, CTorchTensor **out) {
  return produce(out, [&] { return a->tensor.sum(); });
}

CTorchStatus ctorch_mean(const CTorchTensor *a, CTorchTensor **out) {
  return produce(out, [&] { return a->tensor.mean(); });
}

CTorchStatus ctorch_flip(const CTorchTensor *a, const int64_t *axes, int32_t count, CTorchTensor **out) {
  return produce(out, [&] { return at::flip(a->tensor, at::IntArrayRef(axes, static_cast<size_t>(count))); });
}

CTorchStatus ctorch_resize_nearest(const CTorchTensor *a, const int64_t size[3], CTorchTensor **out) {
  // The "exact" variant takes the voxel whose centre is nearest; the plain one is off by half a voxel.
  return produce(out, [&] { return at::_upsample_nearest_exact3d(a->tensor, three(size)); });
}

CTorchStatus ctorch_resize_linear(const CTorchTensor *a, const int64_t size[3], CTorchTensor **out) {
  return produce(out, [&] { return at::upsample_trilinear3d(a->tensor, three(size), /*align_corners=*/false); });
}

CTorchStatus ctorch_masked_squared_error(const CTorchTensor *prediction, const CTorchTensor *target,
                                         const CTorchTensor *mask, CTorchTensor **out) {
  return produce(out, [&] {
    auto difference = prediction->tensor.to(at::kFloat) - target->tensor.to(at::kFloat);
    auto weight = mask->tensor.to(at::kFloat).expand_as(difference);
    auto count = sumPerSample(weight).clamp_min(1);
    return (sumPerSample(difference.square() * weight) / count).mean();
  });
}

CTorchStatus ctorch_soft_centreline_dice_loss(const CTorchTensor *logits, const CTorchTensor *labels,
                                              const CTorchTensor *mask, int32_t iterations, CTorchTensor **out) {
  return produce(out, [&] {
    // As in the authors' code; it also makes the loss of two empty masks 0.
    constexpr double smooth = 1;
    auto score = logits->tensor.to(at::kFloat);
    auto weight = mask->tensor.to(at::kFloat);
    auto truth = labels->tensor.to(at::kFloat);
    if (truth.dim() != 5 || truth.size(1) != 1 || weight.sizes() != truth.sizes() || score.dim() != 5 ||
        score.size(0) != truth.size(0) || score.sizes().slice(2) != truth.sizes().slice(2)) {
      throw Failure{CTORCH_SHAPE, "logits, labels and mask do not have matching shapes"};
    }
    auto probability =
        score.size(1) == 1 ? at::sigmoid(score) : 1 - at::softmax(score, 1).narrow(1, 0, 1);
    auto foreground = (truth > 0).to(at::kFloat);
    auto predictedLines = softSkeleton(probability, weight, iterations) * weight;
    auto actualLines = softSkeleton(foreground, weight, iterations) * weight;
    auto precision = (sumPerSample(predictedLines * foreground) + smooth) / (sumPerSample(predictedLines) + smooth);
    auto sensitivity = (sumPerSample(actualLines * probability) + smooth) / (sumPerSample(actualLines) + smooth);
    return (1 - 2 * precision * sensitivity / (precision + sensitivity)).mean();
  });
}

CTorchStatus ctorch_segmentation_losses(const CTorchTensor *logits, const CTorchTensor *labels,
                                        const CTorchTensor *mask, CTorchTensor **cross_entropy, CTorchTensor **dice) {
  return guarded([&] {
    // What keeps an empty class from dividing by zero, as in nnU-Net's MemoryEfficientSoftDiceLoss.
    constexpr double smooth = 1e-5;
    auto score = logits->tensor.to(at::kFloat);
    auto weight = mask->tensor.to(at::kFloat);
    auto count = sumPerSample(weight).clamp_min(1);
    auto truth = labels->tensor.to(at::kLong);
    if (truth.dim() != 5 || truth.size(1) != 1 || weight.sizes() != truth.sizes() || score.dim() != 5 ||
        score.size(0) != truth.size(0) || score.sizes().slice(2) != truth.sizes().slice(2)) {
      throw Failure{CTORCH_SHAPE, "logits, labels and mask do not have matching shapes"};
    }
    at::Tensor entropy, probability, foreground;
    if (score.size(1) == 1) {
      foreground = truth.to(at::kFloat) * weight;
      entropy = at::binary_cross_entropy_with_logits(score, truth.to(at::kFloat), {}, {}, at::Reduction::None);
      probability = at::sigmoid(score);
    } else {
      // Ignored voxels may carry any label; class 0 stands in for it, and the mask takes it out again.
      truth = truth.masked_fill(weight == 0, 0);
      auto logarithm = at::log_softmax(score, 1);
      entropy = -logarithm.gather(1, truth);
      probability = logarithm.exp().slice(1, 1);
      foreground = at::zeros(score.sizes(), score.options()).scatter_(1, truth, 1).slice(1, 1) * weight;
    }
    auto crossEntropy = (sumPerSample(entropy * weight) / count).mean();
    auto predicted = (probability * weight).flatten(2).sum(2);
    auto actual = foreground.flatten(2).sum(2);
    auto common = (probability * foreground).flatten(2).sum(2);
    auto overlap = (2 * common + smooth) / (predicted + actual + smooth).clamp_min(1e-8);
    auto first = makeHandle(crossEntropy);
    *dice = makeHandle(1 - overlap.mean());
    *cross_entropy = first;
  });
}
