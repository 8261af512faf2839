// Queues of work on a device beside that of the operators.
//
// Nothing here needs the headers of CUDA: streams and events are reached through c10's device-neutral interfaces, so
// that the same program is built against libtorch with CUDA and without.

#include "GradientBuckets.hpp"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <memory>
#include <optional>

using namespace sheaf;

struct CTorchStream {
  /// None on the CPU.
  std::optional<c10::Stream> stream;
  /// What CUDA libraries know the stream by: a `cudaStream_t`.
  void *handle = nullptr;
};

namespace {

/// The handle of a stream where this libtorch provides it; that came after 2.4.
template <typename Stream>
auto nativeHandle(const Stream &stream, int) -> decltype(stream.native_handle()) {
  return stream.native_handle();
}
template <typename Stream>
std::nullptr_t nativeHandle(const Stream &, long) {
  return nullptr;
}

}  // namespace

CTorchStatus ctorch_stream_create(const char *name, CTorchStream **out) {
  return guarded([&] {
    auto made = std::make_unique<CTorchStream>();
    auto wanted = usableDevice(name);
    if (!wanted.is_cpu()) {
      c10::impl::VirtualGuardImpl implementation(wanted.type());
      if (!wanted.has_index()) wanted = implementation.getDevice();
      // Of high priority, because the next step waits for the sums.
      auto own = implementation.getStreamFromGlobalPool(wanted, /*isHighPriority=*/true);
      made->handle = nativeHandle(own, 0);
      // Without a handle, the stream that operators use by default, which every CUDA library knows as null: the sums
      // are the same, but do not overlap with the backward pass.
      made->stream = made->handle == nullptr ? implementation.getDefaultStream(wanted) : own;
    }
    *out = made.release();
  });
}

CTorchStatus ctorch_stream_await_bucket(CTorchStream *stream, const CTorchBuckets *buckets, int64_t bucket) {
  return guarded([&] {
    auto &state = *buckets->state;
    if (stream->stream && !state.computed.empty()) {
      state.computed.at(static_cast<size_t>(bucket)).block(*stream->stream);
    }
  });
}

CTorchStatus ctorch_stream_copy(CTorchStream *stream, CTorchTensor *destination, const CTorchTensor *source) {
  return guarded([&] {
    c10::OptionalStreamGuard guard;
    if (stream->stream) guard.reset_stream(*stream->stream);
    c10::NoGradGuard noGradients;
    destination->tensor.copy_(source->tensor, /*non_blocking=*/true);
  });
}

CTorchStatus ctorch_stream_synchronize(CTorchStream *stream) {
  return guarded([&] {
    if (stream->stream) stream->stream->synchronize();
  });
}

CTorchStatus ctorch_stream_is_idle(CTorchStream *stream, int32_t *idle) {
  return guarded([&] { *idle = !stream->stream || stream->stream->query(); });
}

void *ctorch_stream_handle(const CTorchStream *stream) { return stream->handle; }

void ctorch_stream_free(CTorchStream *stream) { delete stream; }
