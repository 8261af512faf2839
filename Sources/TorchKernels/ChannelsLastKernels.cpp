// Inner loops over voxels whose channels are adjacent in memory, vectorised over channels.

#include "ChannelsLastKernels.hpp"
#include "KernelCopies.hpp"

#include <cstring>
#include <type_traits>

// Vectors are passed between inlined functions only, where no calling convention matters.
#pragma clang diagnostic ignored "-Wpsabi"

namespace {

// MARK: Vectors over channels

template <int W>
struct Lanes {
  typedef float Floats __attribute__((ext_vector_type(W)));
  typedef uint32_t Words __attribute__((ext_vector_type(W)));
  typedef uint16_t Halves __attribute__((ext_vector_type(W)));
};

template <int W>
SHEAF_INLINE typename Lanes<W>::Floats load(const float *from) {
  typename Lanes<W>::Floats value;
  std::memcpy(&value, from, sizeof(float) * W);
  return value;
}

template <int W>
SHEAF_INLINE typename Lanes<W>::Floats load(const at::BFloat16 *from) {
  typename Lanes<W>::Halves halves;
  std::memcpy(&halves, from, sizeof(uint16_t) * W);
  auto words = __builtin_convertvector(halves, typename Lanes<W>::Words) << 16;
  typename Lanes<W>::Floats value;
  std::memcpy(&value, &words, sizeof(float) * W);
  return value;
}

template <int W>
SHEAF_INLINE void store(float *to, typename Lanes<W>::Floats value) {
  std::memcpy(to, &value, sizeof(float) * W);
}

/// Rounds to nearest, ties to even; NaN stays NaN.
template <int W>
SHEAF_INLINE void store(at::BFloat16 *to, typename Lanes<W>::Floats value) {
  typename Lanes<W>::Words words;
  std::memcpy(&words, &value, sizeof(float) * W);
  auto rounded = (words + 0x7fff + ((words >> 16) & 1)) >> 16;
  auto isNumber = (words & 0x7fffffff) <= 0x7f800000;
  typename Lanes<W>::Words quiet = 0x7fc0;
  auto halves = __builtin_convertvector(isNumber ? rounded : quiet, typename Lanes<W>::Halves);
  std::memcpy(to, &halves, sizeof(uint16_t) * W);
}

/// Calls `body` for all channels, in the widest vectors that fit.
template <typename Body>
SHEAF_INLINE void forChannels(int64_t channels, Body &&body) {
  int64_t channel = 0;
  for (; channel + 16 <= channels; channel += 16) body(std::integral_constant<int, 16>(), channel);
  for (; channel + 8 <= channels; channel += 8) body(std::integral_constant<int, 8>(), channel);
  for (; channel < channels; channel++) body(std::integral_constant<int, 1>(), channel);
}

// MARK: The norm of a chunk of voxels; rows of `channels` follow each other

/// Mean and sum of squared deviations from it, for each channel.
template <typename Scalar>
SHEAF_INLINE void measureChunk(const Scalar *input, int64_t voxels, int64_t channels, float *means, float *squares) {
  forChannels(channels, [&](auto width, int64_t channel) __attribute__((always_inline)) {
    constexpr int W = decltype(width)::value;
    // Relative to the first voxel, so that a large common offset costs no precision.
    auto first = load<W>(input + channel);
    typename Lanes<W>::Floats sum = 0;
    for (int64_t voxel = 1; voxel < voxels; voxel++) sum += load<W>(input + voxel * channels + channel) - first;
    auto mean = first + sum / static_cast<float>(voxels);
    typename Lanes<W>::Floats square = 0;
    for (int64_t voxel = 0; voxel < voxels; voxel++) {
      auto distance = load<W>(input + voxel * channels + channel) - mean;
      square += distance * distance;
    }
    store<W>(means + channel, mean);
    store<W>(squares + channel, square);
  });
}

/// output = rectified((input − mean) · scale + shift + shortcut).
template <typename Scalar>
SHEAF_INLINE void applyChunk(const Scalar *input, const Scalar *shortcut, Scalar *output, int64_t voxels,
                             int64_t channels, const float *means, const float *scales, const float *shifts,
                             float slope) {
  forChannels(channels, [&](auto width, int64_t channel) __attribute__((always_inline)) {
    constexpr int W = decltype(width)::value;
    auto mean = load<W>(means + channel);
    auto scale = load<W>(scales + channel);
    auto shift = load<W>(shifts + channel);
    for (int64_t voxel = 0; voxel < voxels; voxel++) {
      int64_t at = voxel * channels + channel;
      auto value = (load<W>(input + at) - mean) * scale + shift;
      if (shortcut != nullptr) value += load<W>(shortcut + at);
      store<W>(output + at, value > 0 ? value : value * slope);
    }
  });
}

/// The gradient before the rectifier; the sign of the output says on which side the input was.
template <int W, typename Scalar>
SHEAF_INLINE typename Lanes<W>::Floats unrectified(const Scalar *gradient, const Scalar *output, float slope) {
  auto value = load<W>(gradient);
  if (output == nullptr) return value;
  return load<W>(output) > 0 ? value : value * slope;
}

/// Sums of the gradient and of its product with the input's deviation from the mean; writes the shortcut's gradient.
template <typename Scalar>
SHEAF_INLINE void sumChunk(const Scalar *gradient, const Scalar *output, const Scalar *input, Scalar *shortcut,
                           int64_t voxels, int64_t channels, const float *means, float slope, float *sums,
                           float *products) {
  forChannels(channels, [&](auto width, int64_t channel) __attribute__((always_inline)) {
    constexpr int W = decltype(width)::value;
    auto mean = load<W>(means + channel);
    typename Lanes<W>::Floats sum = 0;
    typename Lanes<W>::Floats product = 0;
    for (int64_t voxel = 0; voxel < voxels; voxel++) {
      int64_t at = voxel * channels + channel;
      auto value = unrectified<W>(gradient + at, output == nullptr ? output : output + at, slope);
      if (shortcut != nullptr) store<W>(shortcut + at, value);
      sum += value;
      product += value * (load<W>(input + at) - mean);
    }
    store<W>(sums + channel, sum);
    store<W>(products + channel, product);
  });
}

/// result = gradient · scale + offset + (input − mean) · factor.
template <typename Scalar>
SHEAF_INLINE void propagateChunk(const Scalar *gradient, const Scalar *output, const Scalar *input, Scalar *result,
                                 int64_t voxels, int64_t channels, const float *means, const float *scales,
                                 const float *offsets, const float *factors, float slope) {
  forChannels(channels, [&](auto width, int64_t channel) __attribute__((always_inline)) {
    constexpr int W = decltype(width)::value;
    auto mean = load<W>(means + channel);
    auto scale = load<W>(scales + channel);
    auto offset = load<W>(offsets + channel);
    auto factor = load<W>(factors + channel);
    for (int64_t voxel = 0; voxel < voxels; voxel++) {
      int64_t at = voxel * channels + channel;
      auto value = unrectified<W>(gradient + at, output == nullptr ? output : output + at, slope);
      store<W>(result + at, value * scale + offset + (load<W>(input + at) - mean) * factor);
    }
  });
}

// MARK: Channels side by side

/// Copies rows of `channels` between arrays whose rows are spaced `fromStride` and `toStride` elements, and adds `bias`
/// (may be null).
template <typename Scalar>
SHEAF_INLINE void copyChunk(const Scalar *from, int64_t fromStride, Scalar *to, int64_t toStride, int64_t voxels,
                            int64_t channels, const float *bias) {
  forChannels(channels, [&](auto width, int64_t channel) __attribute__((always_inline)) {
    constexpr int W = decltype(width)::value;
    typename Lanes<W>::Floats shift = 0;
    if (bias != nullptr) shift = load<W>(bias + channel);
    for (int64_t voxel = 0; voxel < voxels; voxel++) {
      store<W>(to + voxel * toStride + channel, load<W>(from + voxel * fromStride + channel) + shift);
    }
  });
}

/// Sums over rows of `channels` spaced `stride` elements apart.
template <typename Scalar>
SHEAF_INLINE void sumRows(const Scalar *from, int64_t stride, int64_t voxels, int64_t channels, float *sums) {
  forChannels(channels, [&](auto width, int64_t channel) __attribute__((always_inline)) {
    constexpr int W = decltype(width)::value;
    typename Lanes<W>::Floats sum = 0;
    for (int64_t voxel = 0; voxel < voxels; voxel++) sum += load<W>(from + voxel * stride + channel);
    store<W>(sums + channel, sum);
  });
}

// MARK: Means of boxes

/// One row of output voxels: each is the mean of a box of `kernel` input voxels. Strides in elements.
template <typename Scalar>
SHEAF_INLINE void poolRow(const Scalar *input, Scalar *output, int64_t width, int64_t channels, const int64_t kernel[3],
                          int64_t strideZ, int64_t strideY) {
  float share = 1.0f / static_cast<float>(kernel[0] * kernel[1] * kernel[2]);
  forChannels(channels, [&](auto lanes, int64_t channel) __attribute__((always_inline)) {
    constexpr int W = decltype(lanes)::value;
    for (int64_t x = 0; x < width; x++) {
      typename Lanes<W>::Floats sum = 0;
      for (int64_t kz = 0; kz < kernel[0]; kz++) {
        for (int64_t ky = 0; ky < kernel[1]; ky++) {
          for (int64_t kx = 0; kx < kernel[2]; kx++) {
            sum += load<W>(input + kz * strideZ + ky * strideY + (x * kernel[2] + kx) * channels + channel);
          }
        }
      }
      store<W>(output + x * channels + channel, sum * share);
    }
  });
}

/// The gradient of `poolRow`: every voxel of a box gets an equal share.
template <typename Scalar>
SHEAF_INLINE void spreadRow(const Scalar *gradient, Scalar *result, int64_t width, int64_t channels,
                            const int64_t kernel[3], int64_t strideZ, int64_t strideY) {
  float share = 1.0f / static_cast<float>(kernel[0] * kernel[1] * kernel[2]);
  forChannels(channels, [&](auto lanes, int64_t channel) __attribute__((always_inline)) {
    constexpr int W = decltype(lanes)::value;
    for (int64_t x = 0; x < width; x++) {
      auto value = load<W>(gradient + x * channels + channel) * share;
      for (int64_t kz = 0; kz < kernel[0]; kz++) {
        for (int64_t ky = 0; ky < kernel[1]; ky++) {
          for (int64_t kx = 0; kx < kernel[2]; kx++) {
            store<W>(result + kz * strideZ + ky * strideY + (x * kernel[2] + kx) * channels + channel, value);
          }
        }
      }
    }
  });
}

}  // namespace

namespace sheaf::kernels {

// The processor's generation is chosen at these entry points; what they call is inlined into each copy.
#define SHEAF_ENTRY_POINTS(Scalar)                                                                                  \
  SHEAF_KERNEL void measure(const Scalar *input, int64_t voxels, int64_t channels, float *means, float *squares) {  \
    measureChunk(input, voxels, channels, means, squares);                                                          \
  }                                                                                                                 \
  SHEAF_KERNEL void apply(const Scalar *input, const Scalar *shortcut, Scalar *output, int64_t voxels,              \
                          int64_t channels, const float *means, const float *scales, const float *shifts,           \
                          float slope) {                                                                            \
    applyChunk(input, shortcut, output, voxels, channels, means, scales, shifts, slope);                            \
  }                                                                                                                 \
  SHEAF_KERNEL void sum(const Scalar *gradient, const Scalar *output, const Scalar *input, Scalar *shortcut,        \
                        int64_t voxels, int64_t channels, const float *means, float slope, float *sums,             \
                        float *products) {                                                                          \
    sumChunk(gradient, output, input, shortcut, voxels, channels, means, slope, sums, products);                    \
  }                                                                                                                 \
  SHEAF_KERNEL void propagate(const Scalar *gradient, const Scalar *output, const Scalar *input, Scalar *result,    \
                              int64_t voxels, int64_t channels, const float *means, const float *scales,            \
                              const float *offsets, const float *factors, float slope) {                            \
    propagateChunk(gradient, output, input, result, voxels, channels, means, scales, offsets, factors, slope);      \
  }                                                                                                                 \
  SHEAF_KERNEL void copy(const Scalar *from, int64_t fromStride, Scalar *to, int64_t toStride, int64_t voxels,      \
                         int64_t channels, const float *bias) {                                                     \
    copyChunk(from, fromStride, to, toStride, voxels, channels, bias);                                              \
  }                                                                                                                 \
  SHEAF_KERNEL void sumStrided(const Scalar *from, int64_t stride, int64_t voxels, int64_t channels, float *sums) { \
    sumRows(from, stride, voxels, channels, sums);                                                                  \
  }                                                                                                                 \
  SHEAF_KERNEL void pool(const Scalar *input, Scalar *output, int64_t width, int64_t channels,                      \
                         const int64_t kernel[3], int64_t strideZ, int64_t strideY) {                               \
    poolRow(input, output, width, channels, kernel, strideZ, strideY);                                              \
  }                                                                                                                 \
  SHEAF_KERNEL void spread(const Scalar *gradient, Scalar *result, int64_t width, int64_t channels,                 \
                           const int64_t kernel[3], int64_t strideZ, int64_t strideY) {                             \
    spreadRow(gradient, result, width, channels, kernel, strideZ, strideY);                                         \
  }

SHEAF_ENTRY_POINTS(float)
SHEAF_ENTRY_POINTS(at::BFloat16)

}  // namespace sheaf::kernels
