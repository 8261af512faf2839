// Optimiser steps over flat parameters, by libtorch's fused kernels.

#include "CTorchTraining.h"
#include "Shim.hpp"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <optional>

using namespace sheaf;

CTorchStatus ctorch_norm(const CTorchTensor *tensor, double *norm) {
  return guarded([&] {
    c10::NoGradGuard noGradients;
    *norm = at::linalg_vector_norm(tensor->tensor, 2, std::nullopt, false, at::kDouble).item().toDouble();
  });
}

CTorchStatus ctorch_sgd_step(CTorchTensor *parameters, CTorchTensor *gradients, CTorchTensor *velocity, double rate,
                             double momentum, double weight_decay, int32_t nesterov) {
  return guarded([&] {
    c10::NoGradGuard noGradients;
    // A velocity that starts at zero makes the first step like every other one.
    at::_fused_sgd_({parameters->tensor}, {gradients->tensor}, {velocity->tensor}, weight_decay, momentum, rate,
                    /*dampening=*/0, nesterov != 0, /*maximize=*/false, /*is_first_step=*/false);
  });
}

CTorchStatus ctorch_adamw_step(CTorchTensor *parameters, CTorchTensor *gradients, CTorchTensor *first_moment,
                               CTorchTensor *second_moment, int64_t step, double rate, double beta1, double beta2,
                               double epsilon, double weight_decay) {
  return guarded([&] {
    c10::NoGradGuard noGradients;
    auto count = at::full({}, static_cast<double>(step), parameters->tensor.options().dtype(at::kFloat));
    at::_fused_adamw_({parameters->tensor}, {gradients->tensor}, {first_moment->tensor}, {second_moment->tensor}, {},
                      {count}, rate, beta1, beta2, weight_decay, epsilon, /*amsgrad=*/false, /*maximize=*/false);
  });
}
