// Average pooling on the CPU for channels-last tensors. libtorch's has no bfloat16 there.

#include "ChannelsLast.hpp"
#include "ChannelsLastLoops.hpp"

#include <torch/csrc/autograd/custom_function.h>

#include <vector>

using namespace sheaf;

namespace {

class PoolFunction : public torch::autograd::Function<PoolFunction> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext *context, const at::Tensor &input,
                            const std::vector<int64_t> &kernel) {
    auto size = input.sizes();
    auto output = at::empty({size[0], size[1], size[2] / kernel[0], size[3] / kernel[1], size[4] / kernel[2]},
                            input.options(), at::MemoryFormat::ChannelsLast3d);
    withScalar(input, [&](auto *tag) {
      using Scalar = std::remove_pointer_t<decltype(tag)>;
      auto *from = elements<Scalar>(input);
      auto *to = output.mutable_data_ptr<Scalar>();
      forRows(input, output, [&](int64_t coarse, int64_t fine, int64_t strideZ, int64_t strideY) {
        kernels::pool(from + fine, to + coarse, output.size(4), size[1], kernel.data(), strideZ, strideY);
      });
    });
    context->saved_data["kernel"] = kernel;
    context->saved_data["size"] = size;
    return output;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext *context,
                                                 torch::autograd::variable_list gradients) {
    auto kernel = context->saved_data["kernel"].toIntVector();
    auto size = context->saved_data["size"].toIntVector();
    auto gradient = gradients[0].contiguous(at::MemoryFormat::ChannelsLast3d);
    auto result = at::empty(size, gradient.options(), at::MemoryFormat::ChannelsLast3d);
    withScalar(gradient, [&](auto *tag) {
      using Scalar = std::remove_pointer_t<decltype(tag)>;
      auto *from = elements<Scalar>(gradient);
      auto *to = result.template mutable_data_ptr<Scalar>();
      forRows(result, gradient, [&](int64_t coarse, int64_t fine, int64_t strideZ, int64_t strideY) {
        kernels::spread(from + coarse, to + fine, gradient.size(4), size[1], kernel.data(), strideZ, strideY);
      });
    });
    return {result, at::Tensor()};
  }

 private:
  /// Calls `body` for every row of the coarse tensor with the offset of its first element, the offset of the first
  /// element of the fine tensor that it covers, and the fine tensor's strides along z and y.
  template <typename Body>
  static void forRows(const at::Tensor &fine, const at::Tensor &coarse, Body &&body) {
    int64_t depth = coarse.size(2), height = coarse.size(3);
    int64_t kernelZ = fine.size(2) / depth, kernelY = fine.size(3) / height;
    int64_t strideY = fine.size(4) * fine.size(1), strideZ = fine.size(3) * strideY;
    int64_t row = coarse.size(4) * coarse.size(1);
    parallelFor(coarse.size(0) * depth * height, [&](int64_t index) {
      int64_t y = index % height, z = index / height % depth, sample = index / height / depth;
      body(index * row, (sample * fine.size(2) + z * kernelZ) * strideZ + y * kernelY * strideY, strideZ, strideY);
    });
  }
};

}  // namespace

namespace sheaf {

at::Tensor averagePoolChannelsLast(const at::Tensor &input, at::IntArrayRef kernel) {
  return PoolFunction::apply(input, kernel.vec());
}

}  // namespace sheaf
