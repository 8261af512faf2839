// What pretraining may predict instead of intensities: how much a voxel stands out from its surroundings.

#include "TorchKernels.hpp"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <array>
#include <cmath>
#include <vector>

namespace {

/// A Gaussian filter along z, y and x, cut off at three standard deviations.
at::Tensor smooth(const at::Tensor &volume, double deviation) {
  auto radius = static_cast<size_t>(std::ceil(3 * deviation));
  std::vector<double> weights(radius + 1);
  double sum = 0;
  for (size_t distance = 0; distance <= radius; distance++) {
    auto share = static_cast<double>(distance) / deviation;
    weights[distance] = std::exp(-share * share / 2);
    sum += distance == 0 ? weights[distance] : 2 * weights[distance];
  }
  for (auto &weight : weights) weight /= sum;
  auto result = volume;
  for (int64_t axis = 2; axis < 5; axis++) result = sheaf::filterAxis(result, axis, weights);
  return result;
}

}  // namespace

at::Tensor sheaf::contrastFeatures(const at::Tensor &image) {
  c10::NoGradGuard noGradients;
  // Structures of two and of four voxels; the surroundings are four voxels about.
  constexpr std::array<double, 2> scales{1, 2};
  constexpr double surroundings = 4;
  // Where there is nothing but noise its contrast must not be made as large as that of structures: part of the crop's own
  // contrast, and some of the volume's standard deviation.
  constexpr double share = 0.5, least = 0.02;
  auto values = image.to(at::kFloat);
  std::vector<at::Tensor> features{values.asinh()};
  auto finer = smooth(values, scales[0]);
  for (auto scale : scales) {
    auto coarser = smooth(values, 2 * scale);
    auto difference = finer - coarser;
    auto squares = difference.square();
    auto ofCrop = squares.flatten(1).mean(1).sqrt_().view({-1, 1, 1, 1, 1});
    auto local = smooth(squares, surroundings).clamp_min_(0).sqrt_();
    features.push_back(difference.div_(local.add_(ofCrop * share).add_(least)));
    finer = coarser;
  }
  return at::cat(features, 1);
}
