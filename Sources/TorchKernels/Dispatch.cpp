// Which implementation computes a layer: the only place where kernels are chosen.
//
//   layer           on                                                              computed by
//   conv3d          CPU, autocast to bfloat16, wide convolutions enabled (the       convolveWide: bfloat16 tensors,
//                   processor is slow at bfloat16) or an edge of at most 2 voxels,  float32 arithmetic
//                   oneDNN, kernel > 1³
//                   CPU, float32, no autocast, oneDNN, no gradient wanted,          convolveWithFewerProducts
//                   channels last, kernel 3³, stride 1, padding 1, 12³ voxels or
//                   more of 8 channels or more, outputs a multiple of 8
//                   CPU, float32, no autocast, oneDNN                               oneDNN, called directly, for
//                                                                                   gradients by convolveDirectly
//                   otherwise                                                       libtorch (oneDNN, cuDNN)
//   convTranspose3d CPU, float32, no autocast, oneDNN, no gradient wanted,          upsampleChannelsLast
//                   channels last, stride as large as the kernel
//                   otherwise                                                       libtorch
//   instanceNorm    CPU, float32 or bfloat16, channels last                         normalizeChannelsLast, fused with
//                                                                                   shortcut and rectifier
//                   CPU, otherwise                                                  libtorch's group norm
//                   GPU                                                             libtorch (cuDNN)
//   joinChannels    CPU, float32 or bfloat16, channels last                         joinChannelsLast, fused with bias
//                   otherwise                                                       libtorch's cat
//   averagePool3d   CPU, float32 or bfloat16, channels last, boxes fill the volume  averagePoolChannelsLast
//                   otherwise                                                       libtorch
//
// The reason is given beside each condition. Among the kernels for channels last, the copy compiled for the processor's
// generation (x86-64-v4, v3 or baseline) is chosen by the loader: `SHEAF_KERNEL` in `ChannelsLastKernels.cpp`. Every
// choice depends on device, type, layout, processor and whether autograd records alone, never on a measurement at run time,
// so that the same machine always gives the same bits.

#include "ChannelsLast.hpp"
#include "DirectConvolution.hpp"
#include "FewerProducts.hpp"
#include "TorchKernels.hpp"
#include "WideConvolution.hpp"

#include <ATen/ATen.h>
#include <ATen/autocast_mode.h>

#include <algorithm>
#include <array>
#include <utility>

namespace sheaf {

namespace {

/// Whether `convolveWide` may be chosen on this thread for volumes of any size.
thread_local bool wideConvolutionsEnabled = false;

/// Whether this libtorch was built with oneDNN, and nobody has switched it off.
bool hasOneDNN() { return at::globalContext().hasMKLDNN() && at::globalContext().userEnabledMkldnn(); }

/// A volume that the kernels for channels last are made for. libtorch's own norms take ten times as long in this layout
/// as in C order, and its joins and pooling copy voxel by voxel or lack bfloat16, while oneDNN's convolutions need it
/// to avoid reordering.
bool isChannelsLast(const at::Tensor &tensor) {
  return tensor.is_cpu() && tensor.dim() == 5 && tensor.size(1) > 1 && tensor.numel() > 0 &&
         (tensor.scalar_type() == at::kFloat || tensor.scalar_type() == at::kBFloat16) &&
         tensor.is_contiguous(at::MemoryFormat::ChannelsLast3d);
}

/// A parameter with one float32 element for each of `channels`.
bool isPerChannel(const at::Tensor &parameter, int64_t channels) {
  return parameter.scalar_type() == at::kFloat && parameter.numel() == channels;
}

/// Whether a convolution is to compute in float32 although autocast asks for bfloat16.
bool takesWideConvolution(const at::Tensor &input, const at::Tensor &weight, at::IntArrayRef padding) {
  if (!input.is_cpu() || !hasOneDNN() || !at::autocast::is_autocast_enabled(at::kCPU) ||
      at::autocast::get_autocast_dtype(at::kCPU) != at::kBFloat16 || input.dim() != 5 || weight.dim() != 5 ||
      input.size(1) != weight.size(1) || input.numel() == 0) {
    return false;
  }
  bool isSingleVoxel = true;
  bool isThin = false;
  for (int64_t axis = 0; axis < 3; axis++) {
    isSingleVoxel = isSingleVoxel && weight.size(2 + axis) == 1;
    isThin = isThin || input.size(2 + axis) <= 2;
    // libtorch reports the error.
    if (input.size(2 + axis) + 2 * padding[axis] < weight.size(2 + axis)) return false;
  }
  // A kernel of one voxel is memory traffic with hardly any arithmetic: widening would only add to it. On AVX-512 with
  // bfloat16, oneDNN's gradients of larger kernels on a volume of at most two planes hold uninitialised memory (seen with
  // libtorch 2.13 on AMD Zen 5); such a volume, the coarsest stage of a small crop, costs nothing either way.
  return !isSingleVoxel && (wideConvolutionsEnabled || isThin);
}

/// Whether libtorch might choose its own convolution by unfolding and matrix product over oneDNN's: it does for float32
/// inputs of few voxels and channels, such as those of the first layer for a tile. That one is slower, and returns C
/// order, so that all layers after it lose the channels-last layout.
bool mightMissOneDNN(const at::Tensor &input) {
  return input.is_cpu() && input.dim() == 5 && input.scalar_type() == at::kFloat &&
         !at::autocast::is_autocast_enabled(at::kCPU) && hasOneDNN();
}

/// Whether autograd would record an operator on these tensors.
bool isRecorded(const at::Tensor &input, const at::Tensor &weight, const at::Tensor &bias) {
  return at::GradMode::is_enabled() &&
         (input.requires_grad() || weight.requires_grad() || (bias.defined() && bias.requires_grad()));
}

/// Whether `convolveWithFewerProducts` can take the arguments, and is faster than the direct convolution: with fewer
/// channels or rows, handing over what is to be multiplied takes longer than multiplying it (measured).
bool takesFewerProducts(const at::Tensor &input, const at::Tensor &weight, const at::Tensor &bias,
                        at::IntArrayRef stride, at::IntArrayRef padding) {
  if (!mightMissOneDNN(input) || !isChannelsLast(input) || isRecorded(input, weight, bias) || weight.dim() != 5 ||
      weight.scalar_type() != at::kFloat || weight.size(1) != input.size(1) ||
      (bias.defined() && !isPerChannel(bias, weight.size(0)))) {
    return false;
  }
  for (int axis = 0; axis < 3; axis++) {
    if (weight.size(2 + axis) != 3 || stride[axis] != 1 || padding[axis] != 1) return false;
    if (input.size(2 + axis) < 12) return false;
  }
  return weight.size(0) % 8 == 0 && weight.size(1) >= 8;
}

/// Whether `upsampleChannelsLast` can take the arguments.
bool takesUpsampleChannelsLast(const at::Tensor &input, const at::Tensor &weight, const at::Tensor &bias,
                               at::IntArrayRef stride) {
  return mightMissOneDNN(input) && isChannelsLast(input) && !isRecorded(input, weight, bias) && weight.dim() == 5 &&
         weight.scalar_type() == at::kFloat && weight.size(0) == input.size(1) && weight.sizes().slice(2) == stride &&
         (!bias.defined() || isPerChannel(bias, weight.size(1)));
}

/// Whether `joinChannelsLast` can take the arguments.
bool takesJoinChannelsLast(const at::Tensor &first, const at::Tensor &bias, const at::Tensor &second) {
  return isChannelsLast(first) && second.dim() == 5 && second.scalar_type() == first.scalar_type() &&
         second.size(0) == first.size(0) && second.sizes().slice(2) == first.sizes().slice(2) &&
         (!bias.defined() || isPerChannel(bias, first.size(1)));
}

/// Whether `averagePoolChannelsLast` can take the arguments.
bool takesPoolChannelsLast(const at::Tensor &input, at::IntArrayRef kernel) {
  if (!isChannelsLast(input)) return false;
  for (int axis = 0; axis < 3; axis++) {
    if (kernel[axis] < 1 || input.size(2 + axis) % kernel[axis] != 0) return false;
  }
  return true;
}

}  // namespace

bool setWideConvolutions(bool enabled) { return std::exchange(wideConvolutionsEnabled, enabled); }

// Intel's AVX-512 multiplies bfloat16 at half the rate of float32 (measured on Emerald Rapids: matrices of 2048² 72
// GFLOP/s a core against 130, convolutions 80 against 140), processors before it emulate bfloat16, and only AMX is
// fast; AMD's, from Zen 4 on, computes bfloat16 at twice the rate of float32. Nothing is known here about other
// architectures.
bool prefersWideConvolutions(std::string_view cpuInfo) {
  auto field = [&](std::string_view name) {
    std::string_view rest = cpuInfo;
    while (!rest.empty()) {
      auto line = rest.substr(0, rest.find('\n'));
      if (line.substr(0, name.size()) == name) return line.substr(line.rfind(':') + 1);
      rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    }
    return std::string_view();
  };
  auto flags = field("flags");
  auto hasFlag = [&](std::string_view name) {
    for (auto rest = flags; !rest.empty();) {
      auto word = rest.substr(0, rest.find(' '));
      if (word == name) return true;
      rest.remove_prefix(std::min(rest.size(), word.size() + 1));
    }
    return false;
  };
  if (flags.find_first_not_of(' ') == std::string_view::npos) return false;
  constexpr std::string_view amd = "AuthenticAMD";
  auto vendor = field("vendor_id");
  bool isAMD = vendor.size() >= amd.size() && vendor.substr(vendor.size() - amd.size()) == amd;
  return !(hasFlag("amx_bf16") || (hasFlag("avx512_bf16") && isAMD));
}

at::Tensor conv3d(const at::Tensor &input, const at::Tensor &weight, const at::Tensor &bias, at::IntArrayRef stride,
                  at::IntArrayRef padding) {
  if (takesWideConvolution(input, weight, padding)) return convolveWide(input, weight, bias, stride, padding);
  if (takesFewerProducts(input, weight, bias, stride, padding)) return convolveWithFewerProducts(input, weight, bias);
  if (mightMissOneDNN(input)) {
    if (isRecorded(input, weight, bias)) return convolveDirectly(input, weight, bias, stride, padding);
    return at::mkldnn_convolution(input, weight, bias, padding, stride, /*dilation=*/{1, 1, 1}, /*groups=*/1);
  }
  return at::conv3d(input, weight, bias, stride, padding);
}

at::Tensor convTranspose3d(const at::Tensor &input, const at::Tensor &weight, const at::Tensor &bias,
                           at::IntArrayRef stride) {
  if (takesUpsampleChannelsLast(input, weight, bias, stride)) return upsampleChannelsLast(input, weight, bias);
  return at::conv_transpose3d(input, weight, bias, stride);
}

at::Tensor instanceNorm(const at::Tensor &input, const at::Tensor &weight, const at::Tensor &bias,
                        const at::Tensor &shortcut, double epsilon, double slope) {
  if (isChannelsLast(input) && isPerChannel(weight, input.size(1)) && isPerChannel(bias, input.size(1)) &&
      (!shortcut.defined() || shortcut.sizes() == input.sizes())) {
    return normalizeChannelsLast(input, weight, bias, shortcut, epsilon, slope);
  }
  at::Tensor output;
  if (input.is_cpu() && input.dim() > 2) {
    // A group of one channel is the same norm. On the CPU libtorch's kernel for it is measured to be faster (forward by
    // a third, in float32 also backward by a quarter); on CUDA autocast would convert it to float32.
    output = at::group_norm(input, input.size(1), weight, bias, epsilon, /*cudnn_enabled=*/false);
  } else {
    output = at::instance_norm(input, weight, bias, {}, {}, /*use_input_stats=*/true, /*momentum=*/0.1, epsilon,
                               /*cudnn_enabled=*/true);
  }
  // In place is safe: the gradient of the norm needs its input, not its output.
  if (shortcut.defined()) output.add_(shortcut);
  if (slope != 1) at::leaky_relu_(output, slope);
  return output;
}

at::Tensor joinChannels(const at::Tensor &first, const at::Tensor &bias, const at::Tensor &second) {
  if (takesJoinChannelsLast(first, bias, second)) return joinChannelsLast(first, bias, second);
  auto shifted = bias.defined() ? first + bias.view({1, -1, 1, 1, 1}).to(first.scalar_type()) : first;
  return at::cat({shifted, second}, 1);
}

at::Tensor averagePool3d(const at::Tensor &input, at::IntArrayRef kernel) {
  if (takesPoolChannelsLast(input, kernel)) return averagePoolChannelsLast(input, kernel);
  if (!input.is_cpu()) return at::avg_pool3d(input, kernel, kernel);
  // libtorch's has no bfloat16 on the CPU.
  return at::avg_pool3d(input.to(at::kFloat), kernel, kernel).to(input.scalar_type());
}

}  // namespace sheaf
