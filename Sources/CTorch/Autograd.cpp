// Leaves, backward passes, and leaves that share one flat buffer.

#include "CTorchTraining.h"
#include "Shim.hpp"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

using namespace sheaf;

CTorchStatus ctorch_requires_gradient(CTorchTensor *tensor, int32_t required) {
  return guarded([&] { tensor->tensor.requires_grad_(required != 0); });
}

CTorchStatus ctorch_backward(const CTorchTensor *loss) {
  return guarded([&] { loss->tensor.backward(); });
}

CTorchStatus ctorch_gradient(const CTorchTensor *tensor, CTorchTensor **out) {
  return guarded([&] {
    const auto &gradient = tensor->tensor.grad();
    *out = gradient.defined() ? makeHandle(gradient) : nullptr;
  });
}

CTorchStatus ctorch_make_flat(CTorchTensor *parameter, CTorchTensor *values, CTorchTensor *gradients, int64_t offset) {
  return guarded([&] {
    c10::NoGradGuard noGradients;
    auto &leaf = parameter->tensor;
    auto value = values->tensor.narrow(0, offset, leaf.numel()).view(leaf.sizes()).detach();
    auto gradient = gradients->tensor.narrow(0, offset, leaf.numel()).view(leaf.sizes()).detach();
    value.copy_(leaf);
    leaf.set_data(value);
    leaf.mutable_grad() = gradient;
  });
}
