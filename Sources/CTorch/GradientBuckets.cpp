// Gradients in buckets, reported while the backward pass runs.

#include "GradientBuckets.hpp"

#include <c10/core/impl/VirtualGuardImpl.h>
#include <torch/csrc/autograd/function_hook.h>

using namespace sheaf;

namespace {

/// Reports a bucket whose gradients have all been requested. On a GPU they are computed some time later, so this
/// records an event in the operators' stream after which they are there: the hook runs directly after the operator that
/// accumulates the gradient, and the current stream is the one that this operator was queued on.
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
      if (bucket_of[i] < 0 || bucket_of[i] >= bucket_count)
        throw Failure{CTORCH_INVALID_ARGUMENT, "bucket out of range"};
      auto accumulator = torch::autograd::impl::grad_accumulator(parameters[i]->tensor);
      if (!accumulator) throw Failure{CTORCH_INVALID_ARGUMENT, "a parameter does not require a gradient"};
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
