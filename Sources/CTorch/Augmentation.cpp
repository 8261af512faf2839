// Augmentation of training samples.

#include "CTorchAugmentation.h"
#include "Shim.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

using namespace sheaf;

namespace {

/// A processor takes planes of a box together whose intermediate tensors stay in its cache.
constexpr int64_t voxelsAtATime = 1 << 16;

/// The voxels of a box at their places in a source, whose axes are (z, y, x).
///
/// libtorch's `grid_sampler` does this as well, and is measured to take about twice as long on processors: it
/// interpolates voxel by voxel, and once for intensities and once for marks.
class MappedBox {
 public:
  MappedBox(const at::Tensor &image, const at::Tensor &marks, const double *matrix, const int64_t *size)
      : image_(image.contiguous().view({-1})),
        marks_(marks.contiguous().view({-1})),
        source_{image.size(2), image.size(3), image.size(4)},
        steps_{image.size(3) * image.size(4), image.size(4), 1} {
    // A position is the sum of a part for each axis of the box. In double precision, then all together to the device.
    std::vector<at::Tensor> parts;
    for (int row = 0; row < 3; row++) {
      for (int axis = 0; axis < 3; axis++) {
        auto part = (at::arange(size[axis], at::kDouble) - (size[axis] - 1) / 2.0) * matrix[row * 3 + axis];
        parts.push_back(axis == 0 ? part + (source_[row] - 1) / 2.0 : part);
      }
    }
    auto all = at::cat(parts).to(at::kFloat);
    if (image.is_cuda()) all = all.pin_memory().to(image.device(), at::kFloat, /*non_blocking=*/true);
    int64_t start = 0;
    for (int row = 0; row < 3; row++) {
      std::array<at::Tensor, 3> part;
      for (int axis = 0; axis < 3; axis++) {
        std::array<int64_t, 3> shape{1, 1, 1};
        shape[axis] = size[axis];
        part[axis] = all.narrow(0, start, size[axis]).view(shape);
        start += size[axis];
      }
      alongZ_[row] = part[0];
      inPlane_[row] = part[1] + part[2];
    }
  }

  /// Planes of the box from `first` on: intensities and marks.
  std::pair<at::Tensor, at::Tensor> planes(int64_t first, int64_t count, uint8_t outside) const {
    at::Tensor corner, nearest, isInside;
    std::array<at::Tensor, 3> fractions;
    for (int axis = 0; axis < 3; axis++) {
      auto last = source_[axis] - 1;
      auto position = alongZ_[axis].narrow(0, first, count) + inPlane_[axis];
      auto clamped = position.clamp(0, last);
      auto isNear = position.sub_(clamped).abs_().le(0.5);
      auto whole = (clamped + 0.5).to(at::kInt).mul_(steps_[axis]);
      // The last voxel is reached as the upper corner of the one before it.
      auto lower = clamped.to(at::kInt).clamp_max_(std::max<int64_t>(0, last - 1));
      fractions[axis] = clamped.sub_(lower);
      lower.mul_(steps_[axis]);
      isInside = axis == 0 ? isNear : isInside.logical_and_(isNear);
      nearest = axis == 0 ? whole : nearest.add_(whole);
      corner = axis == 0 ? lower : corner.add_(lower);
    }
    auto isOutside = isInside.logical_not_();
    auto marks = marks_.index_select(0, nearest.view({-1})).view(nearest.sizes()).masked_fill_(isOutside, outside);
    auto image = interpolated(corner, fractions, 0, 0).masked_fill_(isOutside, 0);
    return {image, marks};
  }

 private:
  /// The values between those at `corner` + `offset` and the ones after them along `axis` and the axes that follow.
  at::Tensor interpolated(const at::Tensor &corner, const std::array<at::Tensor, 3> &fractions, int axis,
                          int64_t offset) const {
    if (axis == 3) {
      auto values = image_.narrow(0, offset, image_.numel() - offset).index_select(0, corner.view({-1}));
      return values.view(corner.sizes());
    }
    auto step = source_[axis] > 1 ? steps_[axis] : 0;
    auto near = interpolated(corner, fractions, axis + 1, offset);
    return near.lerp_(interpolated(corner, fractions, axis + 1, offset + step), fractions[axis]);
  }

  at::Tensor image_, marks_;
  /// Voxels along each axis, and from one to the next of the axis in memory.
  std::array<int64_t, 3> source_, steps_;
  /// Positions along each axis of the source: the sum of what a plane and what a place in a plane of the box adds.
  std::array<at::Tensor, 3> alongZ_, inPlane_;
};

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

CTorchStatus ctorch_cut_mapped(const CTorchTensor *image, const CTorchTensor *marks, const double matrix[9],
                               const int64_t size[3], uint8_t outside, CTorchTensor **out_image,
                               CTorchTensor **out_marks) {
  return guarded([&] {
    const auto &source = image->tensor;
    if (source.dim() != 5 || source.size(0) != 1 || source.size(1) != 1 || source.numel() == 0 ||
        source.sizes() != marks->tensor.sizes() || source.scalar_type() != at::kFloat ||
        marks->tensor.scalar_type() != at::kByte || source.numel() > std::numeric_limits<int32_t>::max()) {
      throw Failure{CTORCH_SHAPE, "an image and marks of shape (1, 1, z, y, x) and float32 and uint8 are needed"};
    }
    auto values = at::empty({1, 1, size[0], size[1], size[2]}, source.options());
    auto found = at::empty(values.sizes(), marks->tensor.options());
    MappedBox box(source, marks->tensor, matrix, size);
    auto together = source.is_cpu() ? std::max<int64_t>(1, voxelsAtATime / std::max<int64_t>(1, size[1] * size[2]))
                                    : std::max<int64_t>(1, size[0]);
    for (int64_t first = 0; first < size[0]; first += together) {
      auto count = std::min(together, size[0] - first);
      auto [planeValues, planeMarks] = box.planes(first, count, outside);
      values[0][0].narrow(0, first, count).copy_(planeValues);
      found[0][0].narrow(0, first, count).copy_(planeMarks);
    }
    auto handle = makeHandle(values);
    *out_marks = makeHandle(found);
    *out_image = handle;
  });
}

CTorchStatus ctorch_filter_axis(const CTorchTensor *a, int32_t axis, const double *weights, int32_t count,
                                CTorchTensor **out) {
  return produce(out, [&] {
    const auto &values = a->tensor;
    auto places = values.size(axis);
    auto sum = values * weights[0];
    auto add = [&](int64_t to, int64_t from, int64_t length, double weight) {
      sum.narrow(axis, to, length).add_(values.narrow(axis, from, length), weight);
    };
    for (int64_t distance = 1; distance < count; distance++) {
      auto weight = weights[distance];
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
  });
}

CTorchStatus ctorch_stretch_contrast(const CTorchTensor *a, double factor, CTorchTensor **out) {
  return produce(out, [&] {
    const auto &values = a->tensor;
    auto mean = values.mean();
    auto [lowest, highest] = at::aminmax(values);
    return (values - mean).mul_(factor).add_(mean).clamp_(lowest, highest);
  });
}

CTorchStatus ctorch_gamma(const CTorchTensor *a, double exponent, CTorchTensor **out) {
  return produce(out, [&] {
    const auto &values = a->tensor;
    auto mean = values.mean();
    auto deviation = standardDeviation(values, mean);
    auto [lowest, highest] = at::aminmax(values);
    auto range = highest - lowest;
    auto changed = (values - lowest).div_(range).pow_(exponent);
    auto changedMean = changed.mean();
    auto factor = deviation / standardDeviation(changed, changedMean);
    changed.sub_(changedMean).mul_(factor).add_(mean);
    // On the device, so that nobody waits for it.
    return at::where((range > 0).logical_and(factor.isfinite()), changed, values);
  });
}
