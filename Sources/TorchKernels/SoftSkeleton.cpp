// The soft skeleton by grey-value erosion and dilation, for the centreline loss.

#include "TorchKernels.hpp"

#include <ATen/ATen.h>

#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <vector>

namespace {

/// The maximum of every voxel and its two neighbours along each of some axes; the gradient goes to the voxel that held
/// the maximum.
///
/// libtorch's max pooling does this window by window, which is measured to take about ten times as long on the CPU.
/// Here whole volumes are compared with themselves, shifted by a voxel.
class NeighbourMaximum : public torch::autograd::Function<NeighbourMaximum> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext *context, const at::Tensor &image,
                            std::vector<int64_t> axes) {
    auto greatest = image.clone();
    torch::autograd::variable_list comparisons;
    visit(image, axes, [&](int64_t axis, int64_t from, int64_t to, int64_t count) {
      auto neighbour = image.narrow(axis, from, count);
      auto here = greatest.narrow(axis, to, count);
      // Of equal values the first wins, as in pooling.
      if (image.requires_grad()) comparisons.push_back(from < to ? neighbour >= here : neighbour > here);
      at::maximum_out(here, here, neighbour);
    });
    context->saved_data["axes"] = axes;
    context->save_for_backward(std::move(comparisons));
    return greatest;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext *context,
                                                 torch::autograd::variable_list gradients) {
    auto comparisons = context->get_saved_variables();
    auto axes = context->saved_data["axes"].toIntVector();
    std::reverse(axes.begin(), axes.end());
    // From the last comparison to the first: the gradient of a voxel that lost moves to the one it lost to. The same
    // visit gives that order, because every voxel is the other-side neighbour of its neighbour.
    auto left = gradients[0].clone();
    auto sum = at::zeros_like(left);
    visit(left, axes, [&](int64_t axis, int64_t from, int64_t to, int64_t count) {
      auto here = left.narrow(axis, from, count);
      auto leaving = here * comparisons.back();
      comparisons.pop_back();
      sum.narrow(axis, to, count).add_(leaving);
      here.sub_(leaving);
    });
    return {sum.add_(left), at::Tensor()};
  }

 private:
  /// Calls `body` for the neighbour before and the one after along every axis, with where the voxels that have one
  /// begin: the neighbours at `from`, the voxels themselves at `to`.
  template <typename Body>
  static void visit(const at::Tensor &image, const std::vector<int64_t> &axes, const Body &body) {
    for (auto axis : axes) {
      auto count = image.size(axis) - 1;
      if (count == 0) continue;
      body(axis, 0, 1, count);
      body(axis, 1, 0, count);
    }
  }
};

at::Tensor greatestNeighbour(const at::Tensor &image, std::vector<int64_t> axes) {
  return NeighbourMaximum::apply(image, std::move(axes));
}

/// The minimum of every voxel and its six neighbours.
at::Tensor eroded(const at::Tensor &image, const at::Tensor &unknown) {
  return -greatestNeighbour(-image.masked_fill(unknown, 1), {2, 3, 4});
}

/// The maximum of every voxel and its 26 neighbours.
at::Tensor dilated(const at::Tensor &image, const at::Tensor &unknown) {
  auto known = image.masked_fill(unknown, 0);
  return greatestNeighbour(greatestNeighbour(greatestNeighbour(known, {4}), {3}), {2});
}

}  // namespace

at::Tensor sheaf::softSkeleton(at::Tensor image, const at::Tensor &known, int32_t iterations) {
  auto unknown = known == 0;
  at::Tensor skeleton;
  for (int32_t iteration = 0; iteration <= iterations; iteration++) {
    auto smaller = eroded(image, unknown);
    auto thin = at::relu(image - dilated(smaller, unknown));
    skeleton = iteration == 0 ? thin : skeleton + at::relu(thin - skeleton * thin);
    image = smaller;
  }
  return skeleton;
}
