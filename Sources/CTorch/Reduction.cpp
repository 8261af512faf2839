// A stream of its own for the sums of gradients over ranks, and NCCL.
//
// Nothing here needs the headers of CUDA: streams and events are reached through c10's device-neutral interfaces, NCCL
// and the driver by their names when the program runs. The same program is thus built against libtorch with CUDA and
// without.

#include "Buckets.hpp"
#include "CTorchReduction.h"
#include "LoadedLibrary.hpp"

#include <c10/core/DeviceGuard.h>
#include <c10/core/GradMode.h>
#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <dlfcn.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

using namespace sheaf;

struct CTorchStream {
  /// None on the CPU.
  std::optional<c10::Stream> stream;
  /// What NCCL knows the stream by: a `cudaStream_t`.
  void *handle = nullptr;
};

namespace {

/// The handle of a stream where this libtorch tells it; that came after 2.4.
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
    auto wanted = device(name);
    if (!wanted.is_cpu()) {
      c10::impl::VirtualGuardImpl implementation(wanted.type());
      if (!wanted.has_index()) wanted = implementation.getDevice();
      // Of high priority, because the next step waits for the sums.
      auto own = implementation.getStreamFromGlobalPool(wanted, /*isHighPriority=*/true);
      made->handle = nativeHandle(own, 0);
      // Without a handle the stream that operators use by default, which every CUDA library knows as null: the sums are
      // as right, but do not run while gradients are computed.
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

void ctorch_stream_free(CTorchStream *stream) { delete stream; }

CTorchStatus ctorch_host_buffer(int64_t count, const char *name, CTorchTensor **out) {
  return produce(out, [&] {
    return at::empty({count}, at::TensorOptions().dtype(at::kFloat).pinned_memory(!device(name).is_cpu()));
  });
}

// MARK: Which card

CTorchStatus ctorch_cuda_identity(int32_t index, char *name, size_t capacity) {
  return guarded([&] {
    // The driver API as documented by NVIDIA; results other than 0 are errors.
    struct Identity {
      unsigned char bytes[16];
    };
    static void *driver = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
    std::string text;
    if (driver != nullptr) {
      auto start = reinterpret_cast<int (*)(unsigned)>(dlsym(driver, "cuInit"));
      auto get = reinterpret_cast<int (*)(int *, int)>(dlsym(driver, "cuDeviceGet"));
      // The second version tells parts of a divided card apart.
      auto *symbol = dlsym(driver, "cuDeviceGetUuid_v2");
      if (symbol == nullptr) symbol = dlsym(driver, "cuDeviceGetUuid");
      auto identify = reinterpret_cast<int (*)(Identity *, int)>(symbol);
      int found = 0;
      Identity identity;
      if (start && get && identify && start(0) == 0 && get(&found, index) == 0 && identify(&identity, found) == 0) {
        for (auto byte : identity.bytes) {
          text += "0123456789abcdef"[byte >> 4];
          text += "0123456789abcdef"[byte & 15];
        }
      }
    }
    copyText(text, name, capacity);
  });
}

// MARK: NCCL

// As documented in "NVIDIA Collective Communication Library (NCCL): API"; enumerations are passed as int, 0 is success.
extern "C" {
typedef struct ncclComm *ncclComm_t;
typedef struct {
  char internal[CTORCH_NCCL_ID_BYTES];
} ncclUniqueId;
}

namespace {

constexpr int ncclFloat32 = 7;
constexpr int ncclInProgress = 7;
constexpr int ncclSum = 0;

struct Library {
  int (*getUniqueId)(ncclUniqueId *) = nullptr;
  int (*commInitRank)(ncclComm_t *, int, ncclUniqueId, int) = nullptr;
  int (*allReduce)(const void *, void *, size_t, int, int, ncclComm_t, void *) = nullptr;
  int (*getAsyncError)(ncclComm_t, int *) = nullptr;
  int (*commAbort)(ncclComm_t) = nullptr;
  int (*commDestroy)(ncclComm_t) = nullptr;
  const char *(*getErrorString)(int) = nullptr;

  void check(int result, const char *call) const {
    if (result != 0) throw Failure{CTORCH_DEVICE, std::string("NCCL: ") + call + ": " + getErrorString(result)};
  }
};

void *open(const std::string &path) {
  if (!path.empty()) return dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  // The one that libtorch itself has loaded, or of the system; else the one installed beside libtorch by pip.
  if (auto *handle = dlopen("libnccl.so.2", RTLD_NOW | RTLD_LOCAL)) return handle;
  return dlopen((libraryDirectory() + "../../nvidia/nccl/lib/libnccl.so.2").c_str(), RTLD_NOW | RTLD_LOCAL);
}

/// A library once loaded stays until the process ends.
const Library &library(const char *given) {
  static std::mutex mutex;
  static std::map<std::string, Library> loaded;
  std::lock_guard<std::mutex> lock(mutex);
  std::string path = given == nullptr ? "" : given;
  if (auto found = loaded.find(path); found != loaded.end()) return found->second;
  auto *handle = open(path);
  if (handle == nullptr) {
    const char *reason = dlerror();
    throw Failure{CTORCH_DEVICE, std::string("NCCL cannot be loaded: ") + (reason == nullptr ? "unknown" : reason)};
  }
  Library result;
  auto find = [&](auto &function, const char *name) {
    auto *symbol = dlsym(handle, name);
    if (symbol == nullptr) throw Failure{CTORCH_DEVICE, std::string("NCCL lacks the function ") + name};
    function = reinterpret_cast<std::decay_t<decltype(function)>>(symbol);
  };
  find(result.getUniqueId, "ncclGetUniqueId");
  find(result.commInitRank, "ncclCommInitRank");
  find(result.allReduce, "ncclAllReduce");
  find(result.getAsyncError, "ncclCommGetAsyncError");
  find(result.commAbort, "ncclCommAbort");
  find(result.commDestroy, "ncclCommDestroy");
  find(result.getErrorString, "ncclGetErrorString");
  return loaded.emplace(path, result).first->second;
}

}  // namespace

struct CTorchNCCL {
  const Library *library;
  ncclComm_t communicator;
  at::Device device;
};

CTorchStatus ctorch_nccl_load(const char *path) {
  return guarded([&] { library(path); });
}

CTorchStatus ctorch_nccl_unique_id(const char *path, uint8_t id[CTORCH_NCCL_ID_BYTES]) {
  return guarded([&] {
    auto &functions = library(path);
    ncclUniqueId made;
    functions.check(functions.getUniqueId(&made), "ncclGetUniqueId");
    std::memcpy(id, made.internal, sizeof made.internal);
  });
}

CTorchStatus ctorch_nccl_connect(const char *path, const uint8_t id[CTORCH_NCCL_ID_BYTES], int32_t ranks, int32_t rank,
                                 const char *name, CTorchNCCL **out) {
  return guarded([&] {
    auto &functions = library(path);
    auto where = device(name);
    // NCCL takes the device that is current on the calling thread.
    c10::OptionalDeviceGuard guard;
    if (!where.is_cpu()) guard.reset_device(where);
    ncclUniqueId common;
    std::memcpy(common.internal, id, sizeof common.internal);
    ncclComm_t communicator = nullptr;
    functions.check(functions.commInitRank(&communicator, ranks, common, rank), "ncclCommInitRank");
    *out = new CTorchNCCL{&functions, communicator, where};
  });
}

CTorchStatus ctorch_nccl_all_reduce(CTorchNCCL *nccl, CTorchTensor *tensor, CTorchStream *stream) {
  return guarded([&] {
    auto &values = tensor->tensor;
    if (!values.is_contiguous() || values.scalar_type() != at::kFloat) {
      throw Failure{CTORCH_SHAPE, "expected a dense tensor of type float32"};
    }
    c10::OptionalDeviceGuard guard;
    if (!nccl->device.is_cpu()) guard.reset_device(nccl->device);
    auto *data = values.data_ptr();
    auto result = nccl->library->allReduce(data, data, static_cast<size_t>(values.numel()), ncclFloat32, ncclSum,
                                           nccl->communicator, stream->handle);
    nccl->library->check(result, "ncclAllReduce");
  });
}

CTorchStatus ctorch_nccl_wait(CTorchNCCL *nccl, CTorchStream *stream) {
  return guarded([&] {
    auto pause = std::chrono::microseconds(20);
    while (true) {
      int state = 0;
      nccl->library->check(nccl->library->getAsyncError(nccl->communicator, &state), "ncclCommGetAsyncError");
      if (state != 0 && state != ncclInProgress) {
        // The kernel that waits for the lost rank would wait for ever, and with it whoever waits for the stream.
        nccl->library->commAbort(nccl->communicator);
        nccl->communicator = nullptr;
        nccl->library->check(state, "ncclAllReduce under way");
      }
      if (!stream->stream || stream->stream->query()) return;
      std::this_thread::sleep_for(pause);
      pause = std::min(pause * 2, std::chrono::microseconds(500));
    }
  });
}

void ctorch_nccl_free(CTorchNCCL *nccl) {
  if (nccl == nullptr) return;
  if (nccl->communicator != nullptr) nccl->library->commDestroy(nccl->communicator);
  delete nccl;
}
