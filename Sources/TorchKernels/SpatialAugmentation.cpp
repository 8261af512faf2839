// Resampling of a training crop through an affine map.

#include "TorchKernels.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <limits>
#include <vector>

namespace {

/// On the CPU as many planes of a box are computed together as keep their intermediate tensors in its cache.
constexpr int64_t voxelsAtATime = 1 << 16;

/// The voxels of a box at their positions in a source, whose axes are (z, y, x).
///
/// libtorch's `grid_sampler` also does this, and is measured to take about twice as long on the CPU: it interpolates
/// voxel by voxel, and separately for intensities and marks.
class MappedBox {
 public:
  MappedBox(const at::Tensor &image, const at::Tensor &marks, const std::array<double, 9> &matrix,
            const std::array<int64_t, 3> &size)
      : image_(image.contiguous().view({-1})),
        marks_(marks.contiguous().view({-1})),
        source_{image.size(2), image.size(3), image.size(4)},
        steps_{image.size(3) * image.size(4), image.size(4), 1} {
    // A position is the sum of one part for each axis of the box, computed in double precision and then moved to the
    // device in one copy.
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

  /// `count` planes of the box from `first` on: intensities and marks.
  std::pair<at::Tensor, at::Tensor> planes(int64_t first, int64_t count, uint8_t outside) const {
    at::Tensor corner, nearest, isInside;
    std::array<at::Tensor, 3> fractions;
    for (int axis = 0; axis < 3; axis++) {
      auto last = source_[axis] - 1;
      auto position = alongZ_[axis].narrow(0, first, count) + inPlane_[axis];
      auto clamped = position.clamp(0, last);
      auto isNear = position.sub_(clamped).abs_().le(0.5);
      auto whole = (clamped + 0.5).to(at::kInt).mul_(steps_[axis]);
      // The last voxel is reached as the upper corner of the previous one.
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
  /// Voxels along each axis, and the distance in memory from one to the next.
  std::array<int64_t, 3> source_, steps_;
  /// Positions along each axis of the source are the sum of a part for the plane and a part for the place in the plane.
  std::array<at::Tensor, 3> alongZ_, inPlane_;
};

}  // namespace

std::pair<at::Tensor, at::Tensor> sheaf::cutMapped(const at::Tensor &image, const at::Tensor &marks,
                                                   const std::array<double, 9> &matrix,
                                                   const std::array<int64_t, 3> &size, uint8_t outside) {
  TORCH_CHECK_VALUE(image.dim() == 5 && image.size(0) == 1 && image.size(1) == 1 && image.numel() > 0 &&
                        image.sizes() == marks.sizes() && image.scalar_type() == at::kFloat &&
                        marks.scalar_type() == at::kByte && image.numel() <= std::numeric_limits<int32_t>::max(),
                    "expected an image (float32) and marks (uint8), both (1, 1, z, y, x) of fewer than 2^31 voxels");
  auto values = at::empty({1, 1, size[0], size[1], size[2]}, image.options());
  auto found = at::empty(values.sizes(), marks.options());
  MappedBox box(image, marks, matrix, size);
  auto together = image.is_cpu() ? std::max<int64_t>(1, voxelsAtATime / std::max<int64_t>(1, size[1] * size[2]))
                                 : std::max<int64_t>(1, size[0]);
  for (int64_t first = 0; first < size[0]; first += together) {
    auto count = std::min(together, size[0] - first);
    auto [planeValues, planeMarks] = box.planes(first, count, outside);
    values[0][0].narrow(0, first, count).copy_(planeValues);
    found[0][0].narrow(0, first, count).copy_(planeMarks);
  }
  return {values, found};
}
