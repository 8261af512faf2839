// Convolutions with a quarter of the products: minimal filtering along z and y, products of matrices along x.
//
// Four outputs of a filter of three elements depend on six inputs. Sums of these six times sums of the filter's three,
// six products in place of twelve, are summed to the outputs (Winograd; for networks Lavin and Gray 2016,
// arXiv:1509.09308). Along z and y that makes 36 convolutions of a row for 16 rows of output, where the direct way takes
// 144. oneDNN's direct convolutions reach what a core can do, so that only fewer products make them faster. Rounding errors
// grow about fourfold, to some 10⁻⁶ of the output's standard deviation.
//
// A block of a few groups of rows passes through all steps while it stays in a processor's second cache.

#include "FewerProducts.hpp"

#include "ChannelsLastLoops.hpp"
#include "FewerProductsKernels.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <vector>

using namespace sheaf;
using kernels::filterLength;
using kernels::groupOutputs;
using kernels::groupPoints;

namespace {

/// Memory of a block's rows at six points, before and after.
constexpr int64_t blockBytes = 400 << 10;
/// Elements of a line of a cache.
constexpr int64_t gap = 16;

/// One convolution.
struct Convolution {
  const float *volume;
  float *result;
  /// Of one row of the result; null for none.
  const float *bias;
  /// (point along z, point along y, x of the filter, channel, output)
  const float *factors;
  int64_t planes, height, width, channels, outputs;

  int64_t row() const { return width * channels; }
  int64_t outputRow() const { return width * outputs; }
  /// From row to row in scratch memory. Rows a multiple of 4 KiB apart would push each other out of the first cache.
  int64_t rowStep() const { return row() + gap; }
  int64_t outputStep() const { return outputRow() + gap; }
  /// The same for rows that are multiplied, which have a voxel of zeros at either end.
  int64_t pointStep() const { return (width + filterLength - 1) * channels + gap; }
  int64_t zGroups() const { return (planes + groupOutputs - 1) / groupOutputs; }
  int64_t yGroups() const { return (height + groupOutputs - 1) / groupOutputs; }
  /// Groups of rows of a block.
  int64_t blockGroups() const {
    int64_t bytes = groupPoints * groupOutputs * (row() + outputRow()) * static_cast<int64_t>(sizeof(float));
    return std::clamp<int64_t>(blockBytes / bytes, 1, yGroups());
  }
  int64_t blocks() const { return (yGroups() + blockGroups() - 1) / blockGroups(); }

  void run(int64_t zGroup, int64_t block) const;
};

/// Scratch of a thread.
float *scratch(size_t count) {
  thread_local std::vector<float> floats;
  if (floats.size() < count) floats.resize(count);
  return floats.data();
}

void Convolution::run(int64_t zGroup, int64_t block) const {
  int64_t firstGroup = block * blockGroups(), groups = std::min(blockGroups(), yGroups() - firstGroup);
  int64_t firstRow = firstGroup * groupOutputs - 1, rows = groups * groupOutputs + 2,
          outputRows = groups * groupOutputs;
  float *zeros =
      scratch(std::max(row(), outputRow()) + groupPoints * rows * rowStep() + groupPoints * groups * pointStep() +
              groupPoints * groups * outputStep() + groupPoints * outputRows * outputStep());
  float *atZ = zeros + std::max(row(), outputRow());
  float *atBoth = atZ + groupPoints * rows * rowStep();
  float *products = atBoth + groupPoints * groups * pointStep();
  float *results = products + groupPoints * groups * outputStep();
  std::fill_n(zeros, row(), 0.0f);
  const float *sources[groupPoints];
  float *targets[groupPoints];

  // Rows beyond the volume are zero at every point.
  for (int64_t index = 0; index < rows; index++) {
    int64_t y = firstRow + index;
    for (int64_t point = 0; point < groupPoints; point++) {
      int64_t z = zGroup * groupOutputs + point - 1;
      bool isInside = z >= 0 && z < planes && y >= 0 && y < height;
      sources[point] = isInside ? volume + (z * height + y) * row() : zeros;
      targets[point] = atZ + (point * rows + index) * rowStep();
    }
    kernels::toPoints(sources, targets, row());
  }
  for (int64_t index = 0; index < groupPoints * groups; index++) {
    float *line = atBoth + index * pointStep();
    std::fill_n(line, channels, 0.0f);
    std::fill_n(line + row() + channels, channels, 0.0f);
  }
  for (int64_t zPoint = 0; zPoint < groupPoints; zPoint++) {
    for (int64_t group = 0; group < groups; group++) {
      for (int64_t point = 0; point < groupPoints; point++) {
        sources[point] = atZ + (zPoint * rows + group * groupOutputs + point) * rowStep();
        targets[point] = atBoth + (point * groups + group) * pointStep() + channels;
      }
      kernels::toPoints(sources, targets, row());
    }
    int64_t length = filterLength * channels;
    for (int64_t point = 0; point < groupPoints; point++) {
      const float *pointFactors = factors + (zPoint * groupPoints + point) * length * outputs;
      for (int64_t group = 0; group < groups; group++) {
        kernels::multiplyRow(atBoth + (point * groups + group) * pointStep(), channels, pointFactors, length,
                             products + (point * groups + group) * outputStep(), outputs, width);
      }
    }
    for (int64_t group = 0; group < groups; group++) {
      for (int64_t point = 0; point < groupPoints; point++) {
        sources[point] = products + (point * groups + group) * outputStep();
      }
      for (int64_t number = 0; number < groupOutputs; number++) {
        targets[number] = results + (zPoint * outputRows + group * groupOutputs + number) * outputStep();
      }
      kernels::fromPoints(sources, nullptr, targets, outputRow());
    }
  }
  for (int64_t index = 0; index < outputRows; index++) {
    int64_t y = firstGroup * groupOutputs + index;
    if (y >= height) break;
    for (int64_t point = 0; point < groupPoints; point++)
      sources[point] = results + (point * outputRows + index) * outputStep();
    for (int64_t number = 0; number < groupOutputs; number++) {
      int64_t z = zGroup * groupOutputs + number;
      // Planes beyond the volume go where nothing is read any more.
      targets[number] = z < planes ? result + (z * height + y) * outputRow() : atZ + number * outputStep();
    }
    kernels::fromPoints(sources, bias, targets, outputRow());
  }
}

/// The kernel (out, in, z, y, x) as (z, y, x, in, out). libtorch's copy of a permuted tensor takes twenty times as long,
/// 5 % of a tile.
std::vector<float> transposed(const at::Tensor &weight) {
  auto kernel = weight.contiguous();
  const float *source = kernel.const_data_ptr<float>();
  int64_t outputs = weight.size(0), channels = weight.size(1), taps = filterLength * filterLength * filterLength;
  std::vector<float> result(taps * channels * outputs);
  for (int64_t channel = 0; channel < channels; channel++) {
    for (int64_t tap = 0; tap < taps; tap++) {
      float *target = result.data() + (tap * channels + channel) * outputs;
      for (int64_t output = 0; output < outputs; output++) {
        target[output] = source[(output * channels + channel) * taps + tap];
      }
    }
  }
  return result;
}

/// The kernel (out, in, z, y, x) at all points.
std::vector<float> factorsAtPoints(const at::Tensor &weight) {
  auto filter = transposed(weight);
  int64_t count = filterLength * weight.size(1) * weight.size(0);
  std::vector<float> atZ(groupPoints * filterLength * count), atBoth(groupPoints * groupPoints * count);
  const float *sources[filterLength];
  float *targets[groupPoints];
  for (int64_t z = 0; z < filterLength; z++) {
    sources[z] = filter.data() + z * filterLength * count;
  }
  for (int64_t point = 0; point < groupPoints; point++) targets[point] = atZ.data() + point * filterLength * count;
  kernels::filterToPoints(sources, targets, filterLength * count);
  for (int64_t zPoint = 0; zPoint < groupPoints; zPoint++) {
    for (int64_t y = 0; y < filterLength; y++) sources[y] = atZ.data() + (zPoint * filterLength + y) * count;
    for (int64_t point = 0; point < groupPoints; point++) {
      targets[point] = atBoth.data() + (zPoint * groupPoints + point) * count;
    }
    kernels::filterToPoints(sources, targets, count);
  }
  return atBoth;
}

}  // namespace

namespace sheaf {

at::Tensor convolveWithFewerProducts(const at::Tensor &input, const at::Tensor &weight, const at::Tensor &bias) {
  auto size = input.sizes().vec();
  size[1] = weight.size(0);
  auto result = at::empty(size, input.options(), at::MemoryFormat::ChannelsLast3d);
  auto factors = factorsAtPoints(weight);
  Convolution convolution{};
  convolution.factors = factors.data();
  convolution.planes = size[2];
  convolution.height = size[3];
  convolution.width = size[4];
  convolution.channels = input.size(1);
  convolution.outputs = size[1];
  auto shift = bias.defined() ? bias.repeat({size[4]}) : at::Tensor();
  convolution.bias = elements<float>(shift);
  for (int64_t sample = 0; sample < size[0]; sample++) {
    convolution.volume = input.const_data_ptr<float>() + sample * input.stride(0);
    convolution.result = result.mutable_data_ptr<float>() + sample * result.stride(0);
    int64_t blocks = convolution.blocks();
    parallelFor(convolution.zGroups() * blocks,
                [&](int64_t index) { convolution.run(index / blocks, index % blocks); });
  }
  return result;
}

}  // namespace sheaf
