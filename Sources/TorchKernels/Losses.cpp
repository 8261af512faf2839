// Losses of training, in float32. Each sample counts equally whatever its mask, so that the mean over any equal split
// of a batch is the loss of the whole batch.

#include "TorchKernels.hpp"

#include <ATen/ATen.h>

namespace {

/// Sums over every axis but the first: one number a sample.
at::Tensor sumPerSample(const at::Tensor &value) { return value.flatten(1).sum(1); }

void checkShapes(const at::Tensor &score, const at::Tensor &truth, const at::Tensor &weight) {
  TORCH_CHECK_VALUE(truth.dim() == 5 && truth.size(1) == 1 && weight.sizes() == truth.sizes() && score.dim() == 5 &&
                        score.size(0) == truth.size(0) && score.sizes().slice(2) == truth.sizes().slice(2),
                    "logits ", score.sizes(), ", labels ", truth.sizes(), " and mask ", weight.sizes(),
                    " do not have matching shapes");
}

}  // namespace

at::Tensor sheaf::maskedSquaredError(const at::Tensor &prediction, const at::Tensor &target, const at::Tensor &mask) {
  auto difference = prediction.to(at::kFloat) - target.to(at::kFloat);
  auto weight = mask.to(at::kFloat).expand_as(difference);
  auto count = sumPerSample(weight).clamp_min(1);
  return (sumPerSample(difference.square() * weight) / count).mean();
}

at::Tensor sheaf::softCentrelineDiceLoss(const at::Tensor &logits, const at::Tensor &labels, const at::Tensor &mask,
                                         int32_t iterations) {
  // As in the authors' code; it also makes the loss of two empty masks 0.
  constexpr double smooth = 1;
  auto score = logits.to(at::kFloat);
  auto weight = mask.to(at::kFloat);
  auto truth = labels.to(at::kFloat);
  checkShapes(score, truth, weight);
  auto probability = score.size(1) == 1 ? at::sigmoid(score) : 1 - at::softmax(score, 1).narrow(1, 0, 1);
  auto foreground = (truth > 0).to(at::kFloat);
  auto predictedLines = softSkeleton(probability, weight, iterations) * weight;
  auto actualLines = softSkeleton(foreground, weight, iterations) * weight;
  auto precision = (sumPerSample(predictedLines * foreground) + smooth) / (sumPerSample(predictedLines) + smooth);
  auto sensitivity = (sumPerSample(actualLines * probability) + smooth) / (sumPerSample(actualLines) + smooth);
  return (1 - 2 * precision * sensitivity / (precision + sensitivity)).mean();
}

std::pair<at::Tensor, at::Tensor> sheaf::segmentationLosses(const at::Tensor &logits, const at::Tensor &labels,
                                                            const at::Tensor &mask) {
  // Keeps an empty class from dividing by zero, as in nnU-Net's MemoryEfficientSoftDiceLoss.
  constexpr double smooth = 1e-5;
  auto score = logits.to(at::kFloat);
  auto weight = mask.to(at::kFloat);
  auto count = sumPerSample(weight).clamp_min(1);
  auto truth = labels.to(at::kLong);
  checkShapes(score, truth, weight);
  at::Tensor entropy, probability, foreground;
  if (score.size(1) == 1) {
    foreground = truth.to(at::kFloat) * weight;
    entropy = at::binary_cross_entropy_with_logits(score, truth.to(at::kFloat), {}, {}, at::Reduction::None);
    probability = at::sigmoid(score);
  } else {
    // Ignored voxels may carry any label; they are read as class 0, and the mask removes them.
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
  return {crossEntropy, 1 - overlap.mean()};
}
