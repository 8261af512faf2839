#pragma once

#include "CTorchTraining.h"
#include "Shim.hpp"

#include <c10/core/Event.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/variable.h>

#include <memory>
#include <vector>

namespace sheaf {

/// What the hooks of one set of buckets share. Hooks may outlive the set, so they hold it by shared pointer.
struct BucketState {
  CTorchBucketCallback callback = nullptr;
  void *context = nullptr;
  bool armed = false;
  /// For each bucket, how many of its parameters still lack their gradient in this backward pass.
  std::vector<int64_t> pending;
  std::vector<int64_t> total;
  /// For each bucket, the event after which its gradients are computed; none on the CPU, where they are when reported.
  std::vector<c10::Event> computed;
  at::Device device = at::kCPU;
};

// A shared pointer up to libtorch 2.12, an intrusive one since.
using Accumulator = decltype(torch::autograd::impl::grad_accumulator(std::declval<const at::Tensor &>()));

}  // namespace sheaf

struct CTorchBuckets {
  std::shared_ptr<sheaf::BucketState> state;
  /// A parameter refers to its accumulator only weakly; without these the hooks would be gone after one pass.
  std::vector<sheaf::Accumulator> accumulators;
};
