// Changes of the intensities of training crops.

#include "TorchKernels.hpp"

#include <ATen/ATen.h>

#include <algorithm>

namespace {

/// The index in 0 ..< count that `place` is reflected to at the outermost places.
int64_t mirrored(int64_t place, int64_t count) {
  if (count == 1) return 0;
  auto period = 2 * (count - 1);
  auto inPeriod = ((place % period) + period) % period;
  return std::min(inPeriod, period - inPeriod);
}

at::Tensor standardDeviation(const at::Tensor &values, const at::Tensor &mean) {
  return (values - mean).square_().mean().sqrt_();
}

}  // namespace

at::Tensor sheaf::filterAxis(const at::Tensor &values, int64_t axis, at::ArrayRef<double> weights) {
  auto places = values.size(axis);
  auto sum = values * weights[0];
  auto add = [&](int64_t to, int64_t from, int64_t length, double weight) {
    sum.narrow(axis, to, length).add_(values.narrow(axis, from, length), weight);
  };
  for (int64_t distance = 1; distance < static_cast<int64_t>(weights.size()); distance++) {
    auto weight = weights[static_cast<size_t>(distance)];
    if (distance < places) {
      add(distance, 0, places - distance, weight);
      add(0, distance, places - distance, weight);
    }
    for (int64_t place = 0; place < std::min(distance, places); place++) {
      auto opposite = places - 1 - place;
      add(place, mirrored(place - distance, places), 1, weight);
      add(opposite, mirrored(opposite + distance, places), 1, weight);
    }
  }
  return sum;
}

at::Tensor sheaf::stretchContrast(const at::Tensor &values, double factor) {
  auto mean = values.mean();
  auto [lowest, highest] = at::aminmax(values);
  return (values - mean).mul_(factor).add_(mean).clamp_(lowest, highest);
}

at::Tensor sheaf::gammaCorrect(const at::Tensor &values, double exponent) {
  auto mean = values.mean();
  auto deviation = standardDeviation(values, mean);
  auto [lowest, highest] = at::aminmax(values);
  auto range = highest - lowest;
  auto changed = (values - lowest).div_(range).pow_(exponent);
  auto changedMean = changed.mean();
  auto factor = deviation / standardDeviation(changed, changedMean);
  changed.sub_(changedMean).mul_(factor).add_(mean);
  // Decided on the device, so that the host does not wait for it.
  return at::where((range > 0).logical_and(factor.isfinite()), changed, values);
}
