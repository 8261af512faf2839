// See the header.

#include "ConvolutionSlabs.hpp"

#include <ATen/ATen.h>

namespace sheaf {

namespace {

constexpr int64_t z = 2;
constexpr int64_t ones[] = {1, 1, 1};

void add(at::Tensor &sum, const at::Tensor &part) {
  if (!part.defined()) return;
  if (sum.defined()) {
    sum.add_(part);
  } else {
    sum = part;
  }
}

}  // namespace

at::Tensor widened(const at::Tensor &volume, int64_t sample, int64_t first, int64_t step, int64_t count) {
  auto shape = volume.sizes().vec();
  shape[0] = Slabs::batch;
  shape[z] = count;
  auto slabs = at::empty(shape, volume.options().dtype(at::kFloat), at::MemoryFormat::ChannelsLast3d);
  for (int64_t index = 0; index < Slabs::batch; index++, first += step) {
    auto slab = slabs.narrow(0, index, 1);
    int64_t begin = std::clamp<int64_t>(first, 0, volume.size(z)),
            end = std::clamp(first + count, begin, volume.size(z));
    int64_t below = std::min(begin - first, count), inside = end - begin;
    if (below > 0) slab.narrow(z, 0, below).zero_();
    if (inside > 0) slab.narrow(z, below, inside).copy_(volume.narrow(0, sample, 1).narrow(z, begin, inside));
    if (below + inside < count) slab.narrow(z, below + inside, count - below - inside).zero_();
  }
  return slabs;
}

void store(const at::Tensor &slab, at::Tensor &volume, int64_t sample, int64_t begin, int64_t end) {
  int64_t start = std::max<int64_t>(begin, 0);
  int64_t count = std::min(end, volume.size(z)) - start;
  if (count <= 0) return;
  volume.narrow(0, sample, 1).narrow(z, start, count).copy_(slab.narrow(z, start - begin, count));
}

std::tuple<at::Tensor, at::Tensor, at::Tensor> gradientsInSlabs(const at::Tensor &input, const at::Tensor &weight,
                                                                const at::Tensor &gradient, at::IntArrayRef stride,
                                                                at::IntArrayRef padding, std::array<bool, 3> wanted) {
  Slabs slabs(input, weight, stride, padding);
  auto biasSizes = wanted[2] ? at::OptionalIntArrayRef(weight.sizes().slice(0, 1)) : at::OptionalIntArrayRef();
  // Zeros, because windows may skip planes.
  auto ofInput = wanted[0] ? at::zeros_like(input, at::MemoryFormat::ChannelsLast3d) : at::Tensor();
  at::Tensor ofWeight, ofBias, shared;
  slabs.forEachStep(input.size(0), [&](int64_t sample, int64_t first) {
    auto change = widened(gradient, sample, first, slabs.outputs, slabs.outputs);
    auto planes = widened(input, sample, slabs.input(first), slabs.outputs * slabs.stride[0], slabs.inputs);
    auto parts = at::convolution_backward(change, planes, weight, biasSizes, slabs.stride, slabs.paddingInPlane(), ones,
                                          /*transposed=*/false, {0, 0, 0}, /*groups=*/1, wanted);
    add(ofWeight, std::get<1>(parts));
    add(ofBias, std::get<2>(parts));
    if (!wanted[0]) return;
    for (int64_t index = 0; index < Slabs::batch; index++, first += slabs.outputs) {
      auto made = std::get<0>(parts).narrow(0, index, 1);
      int64_t begin = slabs.input(first), overlap = slabs.shared();
      if (first > 0 && overlap > 0) made.narrow(z, 0, overlap).add_(shared);
      // The next slab adds to the last planes, unless there is none.
      bool isLast = first + slabs.outputs >= slabs.outputPlanes;
      store(made, ofInput, sample, begin, begin + slabs.inputs - (isLast ? 0 : overlap));
      if (isLast) return;
      shared = made.narrow(z, slabs.inputs - overlap, overlap).clone();
    }
  });
  return {ofInput, ofWeight, ofBias};
}

}  // namespace sheaf
