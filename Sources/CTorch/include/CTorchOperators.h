#ifndef SHEAF_CTORCH_OPERATORS_H
#define SHEAF_CTORCH_OPERATORS_H

// Layers of networks, elementwise operators, losses and augmentation. Those of Sheaf's own are specified in
// `TorchKernels.hpp`; `Dispatch.cpp` there decides which layers they compute.

#include "CTorchTensors.h"

#ifdef __cplusplus
extern "C" {
#endif

// MARK: Layers; a null bias or shortcut is absent

CTorchStatus ctorch_conv3d(const CTorchTensor *input, const CTorchTensor *weight, const CTorchTensor *bias,
                           const int64_t stride[3], const int64_t padding[3], CTorchTensor **out);
CTorchStatus ctorch_conv_transpose3d(const CTorchTensor *input, const CTorchTensor *weight, const CTorchTensor *bias,
                                     const int64_t stride[3], CTorchTensor **out);
/// rectified(norm(input) + shortcut); a slope of 1 rectifies nothing.
CTorchStatus ctorch_instance_norm(const CTorchTensor *input, const CTorchTensor *weight, const CTorchTensor *bias,
                                  const CTorchTensor *shortcut, double epsilon, double slope, CTorchTensor **out);
/// The channels of `first`, with `bias` added, then those of `second`.
CTorchStatus ctorch_join_channels(const CTorchTensor *first, const CTorchTensor *bias, const CTorchTensor *second,
                                  CTorchTensor **out);
CTorchStatus ctorch_average_pool3d(const CTorchTensor *input, const int64_t kernel[3], CTorchTensor **out);

// MARK: Elementwise operators, reductions and shapes

CTorchStatus ctorch_add(const CTorchTensor *a, const CTorchTensor *b, CTorchTensor **out);
CTorchStatus ctorch_multiply(const CTorchTensor *a, const CTorchTensor *b, CTorchTensor **out);
/// factor · a + offset.
CTorchStatus ctorch_affine(const CTorchTensor *a, double factor, double offset, CTorchTensor **out);
CTorchStatus ctorch_power(const CTorchTensor *a, double exponent, CTorchTensor **out);
CTorchStatus ctorch_clamp(const CTorchTensor *a, double low, double high, CTorchTensor **out);
/// 1 where an element is `value` and 0 elsewhere, in float32.
CTorchStatus ctorch_equal(const CTorchTensor *a, double value, CTorchTensor **out);
CTorchStatus ctorch_concatenate(const CTorchTensor *const *tensors, int32_t count, int32_t axis, CTorchTensor **out);
CTorchStatus ctorch_sigmoid(const CTorchTensor *a, CTorchTensor **out);
CTorchStatus ctorch_softmax(const CTorchTensor *a, int32_t axis, CTorchTensor **out);
CTorchStatus ctorch_sum(const CTorchTensor *a, CTorchTensor **out);
CTorchStatus ctorch_mean(const CTorchTensor *a, CTorchTensor **out);
CTorchStatus ctorch_flip(const CTorchTensor *a, const int64_t *axes, int32_t count, CTorchTensor **out);
/// Nearest neighbour to a spatial size (z, y, x); `a` is (batch, channel, z, y, x) of a float type.
CTorchStatus ctorch_resize_nearest(const CTorchTensor *a, const int64_t size[3], CTorchTensor **out);
CTorchStatus ctorch_resize_linear(const CTorchTensor *a, const int64_t size[3], CTorchTensor **out);

// MARK: Losses

CTorchStatus ctorch_masked_squared_error(const CTorchTensor *prediction, const CTorchTensor *target,
                                         const CTorchTensor *mask, CTorchTensor **out);
CTorchStatus ctorch_segmentation_losses(const CTorchTensor *logits, const CTorchTensor *labels,
                                        const CTorchTensor *mask, CTorchTensor **cross_entropy, CTorchTensor **dice);
CTorchStatus ctorch_soft_centreline_dice_loss(const CTorchTensor *logits, const CTorchTensor *labels,
                                              const CTorchTensor *mask, int32_t iterations, CTorchTensor **out);

// MARK: What pretraining predicts

CTorchStatus ctorch_contrast_features(const CTorchTensor *image, CTorchTensor **out);

// MARK: Augmentation

CTorchStatus ctorch_cut_mapped(const CTorchTensor *image, const CTorchTensor *marks, const double matrix[9],
                               const int64_t size[3], uint8_t outside, CTorchTensor **out_image,
                               CTorchTensor **out_marks);
/// `weights` at distances 0 … count − 1.
CTorchStatus ctorch_filter_axis(const CTorchTensor *a, int32_t axis, const double *weights, int32_t count,
                                CTorchTensor **out);
CTorchStatus ctorch_stretch_contrast(const CTorchTensor *a, double factor, CTorchTensor **out);
CTorchStatus ctorch_gamma(const CTorchTensor *a, double exponent, CTorchTensor **out);

#ifdef __cplusplus
}
#endif

#endif
