// Transposed convolutions whose kernels do not overlap, on the CPU for channels-last tensors: one product of matrices, whose
// results are the rows of the output. libtorch's own returns C order, which then has to be reordered.

#include "ChannelsLast.hpp"
#include "ChannelsLastLoops.hpp"

#include <algorithm>
#include <array>

namespace sheaf {

namespace {

/// Memory of the products that are made before they are put in their places.
constexpr int64_t stepBytes = 2 << 20;

}  // namespace

at::Tensor upsampleChannelsLast(const at::Tensor &input, const at::Tensor &weight, const at::Tensor &bias) {
  int64_t channels = weight.size(0), outputs = weight.size(1);
  int64_t boxZ = weight.size(2), boxY = weight.size(3), boxX = weight.size(4), box = boxZ * boxY * boxX;
  int64_t planes = input.size(2), height = input.size(3), width = input.size(4);
  auto output = at::empty({input.size(0), outputs, planes * boxZ, height * boxY, width * boxX}, input.options(),
                          at::MemoryFormat::ChannelsLast3d);
  // Each voxel of a box, with its channels, is a channel of a convolution by one voxel.
  auto kernel = weight.permute({2, 3, 4, 1, 0}).reshape({box * outputs, channels, 1, 1, 1});
  auto shift = at::Tensor();
  if (bias.defined()) shift = bias.repeat({boxX}).contiguous();
  int64_t row = width * box * outputs, run = boxX * outputs, outputRow = width * run;
  int64_t step = std::max<int64_t>(1, stepBytes / static_cast<int64_t>(sizeof(float)) / (height * row));
  constexpr std::array<int64_t, 3> none{0, 0, 0}, ones{1, 1, 1};
  for (int64_t sample = 0; sample < input.size(0); sample++) {
    float *volume = output.mutable_data_ptr<float>() + sample * output.stride(0);
    for (int64_t first = 0; first < planes; first += step) {
      int64_t count = std::min(step, planes - first);
      auto products =
          at::mkldnn_convolution(input.narrow(0, sample, 1).narrow(2, first, count), kernel, {}, none, ones, ones,
                                 /*groups=*/1)
              .contiguous(at::MemoryFormat::ChannelsLast3d);
      const float *from = products.const_data_ptr<float>();
      parallelFor(count * height, [&](int64_t index) {
        int64_t z = first + index / height, y = index % height;
        for (int64_t part = 0; part < boxZ * boxY; part++) {
          int64_t line = (z * boxZ + part / boxY) * height * boxY + y * boxY + part % boxY;
          kernels::copy(from + index * row + part * run, box * outputs, volume + line * outputRow, run, width, run,
                        shift.defined() ? shift.const_data_ptr<float>() : nullptr);
        }
      });
    }
  }
  return output;
}

}  // namespace sheaf
