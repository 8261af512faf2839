// Autograd, flat gradients in buckets, and optimiser steps.

#include "Buckets.hpp"

#include <c10/core/GradMode.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/function_hook.h>
#include <torch/csrc/autograd/variable.h>

#include <memory>
#include <optional>
#include <vector>

using namespace sheaf;

namespace {

/// Reports a bucket whose gradients have all been asked for. On a graphics card they are computed some time later, so
/// this marks the place in the queue of the operators after which they are there: the hook runs right behind the
/// operator that adds up the gradient, and the current stream is the one that this operator was queued on.
void report(BucketState &state, size_t bucket) {
  if (!state.computed.empty()) {
    c10::impl::VirtualGuardImpl implementation(state.device.type());
    state.computed[bucket].record(implementation.getStream(state.device));
  }
  state.callback(state.context, static_cast<int64_t>(bucket));
}

/// Runs after a parameter's gradient has been accumulated.
struct BucketHook : torch::autograd::FunctionPostHook {
  std::shared_ptr<BucketState> state;
  int64_t bucket;

  BucketHook(std::shared_ptr<BucketState> state, int64_t bucket) : state(std::move(state)), bucket(bucket) {}

  torch::autograd::variable_list operator()(const torch::autograd::variable_list &outputs,
                                            const torch::autograd::variable_list &) override {
    if (state->armed && --state->pending[bucket] == 0) report(*state, static_cast<size_t>(bucket));
    return outputs;
  }
};

}  // namespace

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

CTorchStatus ctorch_buckets_create(CTorchTensor *const *parameters, const int64_t *bucket_of, int32_t count,
                                   int64_t bucket_count, CTorchBucketCallback callback, void *context,
                                   CTorchBuckets **out) {
  return guarded([&] {
    auto buckets = std::make_unique<CTorchBuckets>();
    buckets->state = std::make_shared<BucketState>();
    buckets->state->callback = callback;
    buckets->state->context = context;
    buckets->state->pending.assign(static_cast<size_t>(bucket_count), 0);
    buckets->state->total.assign(static_cast<size_t>(bucket_count), 0);
    if (count > 0 && !parameters[0]->tensor.is_cpu()) {
      buckets->state->device = parameters[0]->tensor.device();
      for (int64_t i = 0; i < bucket_count; i++) buckets->state->computed.emplace_back(buckets->state->device.type());
    }
    for (int32_t i = 0; i < count; i++) {
      if (bucket_of[i] < 0 || bucket_of[i] >= bucket_count) throw Failure{CTORCH_OTHER, "bucket out of range"};
      auto accumulator = torch::autograd::impl::grad_accumulator(parameters[i]->tensor);
      if (!accumulator) throw Failure{CTORCH_OTHER, "a parameter does not require a gradient"};
      accumulator->add_post_hook(std::make_unique<BucketHook>(buckets->state, bucket_of[i]));
      buckets->accumulators.push_back(std::move(accumulator));
      buckets->state->total[static_cast<size_t>(bucket_of[i])] += 1;
    }
    *out = buckets.release();
  });
}

CTorchStatus ctorch_buckets_arm(CTorchBuckets *buckets) {
  return guarded([&] {
    buckets->state->pending = buckets->state->total;
    buckets->state->armed = true;
  });
}

CTorchStatus ctorch_buckets_finish(CTorchBuckets *buckets) {
  return guarded([&] {
    auto &state = *buckets->state;
    if (!state.armed) return;
    state.armed = false;
    for (size_t bucket = 0; bucket < state.pending.size(); bucket++) {
      if (state.pending[bucket] > 0) report(state, bucket);
    }
  });
}

void ctorch_buckets_free(CTorchBuckets *buckets) {
  if (buckets == nullptr) return;
  buckets->state->armed = false;
  delete buckets;
}

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
