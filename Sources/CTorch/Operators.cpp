// Layers, elementwise operators, losses and augmentation: libtorch's by their names, Sheaf's own from TorchKernels.

#include "CTorchOperators.h"
#include "Shim.hpp"
#include "TorchKernels.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <vector>

using namespace sheaf;

namespace {

at::IntArrayRef three(const int64_t *values) { return at::IntArrayRef(values, 3); }

template <typename Value, size_t count>
std::array<Value, count> array(const Value *values) {
  std::array<Value, count> result;
  std::copy_n(values, count, result.begin());
  return result;
}

}  // namespace

CTorchStatus ctorch_conv3d(const CTorchTensor *input, const CTorchTensor *weight, const CTorchTensor *bias,
                           const int64_t stride[3], const int64_t padding[3], CTorchTensor **out) {
  return produce(
      out, [&] { return conv3d(input->tensor, weight->tensor, optionalTensor(bias), three(stride), three(padding)); });
}

CTorchStatus ctorch_conv_transpose3d(const CTorchTensor *input, const CTorchTensor *weight, const CTorchTensor *bias,
                                     const int64_t stride[3], CTorchTensor **out) {
  return produce(out,
                 [&] { return convTranspose3d(input->tensor, weight->tensor, optionalTensor(bias), three(stride)); });
}

CTorchStatus ctorch_instance_norm(const CTorchTensor *input, const CTorchTensor *weight, const CTorchTensor *bias,
                                  const CTorchTensor *shortcut, double epsilon, double slope, CTorchTensor **out) {
  return produce(out, [&] {
    return instanceNorm(input->tensor, weight->tensor, bias->tensor, optionalTensor(shortcut), epsilon, slope);
  });
}

CTorchStatus ctorch_join_channels(const CTorchTensor *first, const CTorchTensor *bias, const CTorchTensor *second,
                                  CTorchTensor **out) {
  return produce(out, [&] { return joinChannels(first->tensor, optionalTensor(bias), second->tensor); });
}

CTorchStatus ctorch_average_pool3d(const CTorchTensor *input, const int64_t kernel[3], CTorchTensor **out) {
  return produce(out, [&] { return averagePool3d(input->tensor, three(kernel)); });
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
  return produce(out, [&] { return maskedSquaredError(prediction->tensor, target->tensor, mask->tensor); });
}

CTorchStatus ctorch_contrast_features(const CTorchTensor *image, CTorchTensor **out) {
  return produce(out, [&] { return contrastFeatures(image->tensor); });
}

CTorchStatus ctorch_segmentation_losses(const CTorchTensor *logits, const CTorchTensor *labels,
                                        const CTorchTensor *mask, CTorchTensor **cross_entropy, CTorchTensor **dice) {
  return producePair(cross_entropy, dice,
                     [&] { return segmentationLosses(logits->tensor, labels->tensor, mask->tensor); });
}

CTorchStatus ctorch_soft_centreline_dice_loss(const CTorchTensor *logits, const CTorchTensor *labels,
                                              const CTorchTensor *mask, int32_t iterations, CTorchTensor **out) {
  return produce(out, [&] { return softCentrelineDiceLoss(logits->tensor, labels->tensor, mask->tensor, iterations); });
}

CTorchStatus ctorch_cut_mapped(const CTorchTensor *image, const CTorchTensor *marks, const double matrix[9],
                               const int64_t size[3], uint8_t outside, CTorchTensor **out_image,
                               CTorchTensor **out_marks) {
  return producePair(out_image, out_marks, [&] {
    return cutMapped(image->tensor, marks->tensor, array<double, 9>(matrix), array<int64_t, 3>(size), outside);
  });
}

CTorchStatus ctorch_filter_axis(const CTorchTensor *a, int32_t axis, const double *weights, int32_t count,
                                CTorchTensor **out) {
  return produce(
      out, [&] { return filterAxis(a->tensor, axis, at::ArrayRef<double>(weights, static_cast<size_t>(count))); });
}

CTorchStatus ctorch_stretch_contrast(const CTorchTensor *a, double factor, CTorchTensor **out) {
  return produce(out, [&] { return stretchContrast(a->tensor, factor); });
}

CTorchStatus ctorch_gamma(const CTorchTensor *a, double exponent, CTorchTensor **out) {
  return produce(out, [&] { return gammaCorrect(a->tensor, exponent); });
}
