#pragma once

#include "ChannelsLastKernels.hpp"

#include <ATen/ATen.h>
#include <ATen/TensorIterator.h>

#include <algorithm>
#include <type_traits>

// What the operators for channels-last tensors share: threads, chunks, element types.
namespace sheaf {

/// Calls `body` for every index below `count`, on libtorch's own threads: its loops are parallel inside the library,
/// whatever runtime it was built with.
template <typename Body>
void parallelFor(int64_t count, Body &&body) {
  auto indices = at::arange(count, at::kLong);
  auto iterator = at::TensorIteratorConfig().add_input(indices).build();
  iterator.for_each(
      [&](char **data, const int64_t *strides, int64_t length) {
        for (int64_t i = 0; i < length; i++) {
          body(*reinterpret_cast<const int64_t *>(data[0] + i * strides[0]));
        }
      },
      /*grain_size=*/1);
}

/// Voxels of a chunk: as many as fit into a processor's cache with their channels.
constexpr int64_t chunkVoxels = 1024;

/// The voxels of a batch, divided into chunks within each sample.
struct Chunks {
  int64_t samples;
  int64_t voxels;
  int64_t channels;
  int64_t perSample;

  explicit Chunks(const at::Tensor &tensor)
      : samples(tensor.size(0)),
        voxels(tensor.size(2) * tensor.size(3) * tensor.size(4)),
        channels(tensor.size(1)),
        perSample((voxels + chunkVoxels - 1) / chunkVoxels) {}

  int64_t count() const { return samples * perSample; }
  int64_t sample(int64_t chunk) const { return chunk / perSample; }
  int64_t length(int64_t chunk) const { return std::min(chunkVoxels, voxels - chunk % perSample * chunkVoxels); }
  /// Index of the chunk's first element.
  int64_t offset(int64_t chunk) const { return (sample(chunk) * voxels + chunk % perSample * chunkVoxels) * channels; }
};

template <typename Scalar>
const Scalar *elements(const at::Tensor &tensor) {
  return tensor.defined() ? tensor.const_data_ptr<Scalar>() : nullptr;
}

template <typename Scalar>
const Scalar *advanced(const Scalar *pointer, int64_t offset) {
  return pointer == nullptr ? nullptr : pointer + offset;
}

/// Calls `body` with a null pointer of the tensor's element type.
template <typename Body>
void withScalar(const at::Tensor &tensor, Body &&body) {
  if (tensor.scalar_type() == at::kBFloat16) {
    body(static_cast<at::BFloat16 *>(nullptr));
  } else {
    body(static_cast<float *>(nullptr));
  }
}

/// `tensor` in an element type and with the channel axis fastest, copied only where it is not so already.
inline at::Tensor channelsLast(const at::Tensor &tensor, at::ScalarType type) {
  return tensor.to(type).contiguous(at::MemoryFormat::ChannelsLast3d);
}

}  // namespace sheaf
