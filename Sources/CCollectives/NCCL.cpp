// All-reduce by NCCL, whose library is loaded and whose functions are looked up when the program runs.
//
// Functions and constants as documented in "NVIDIA Collective Communication Library (NCCL): API"; enumerations are
// passed as int, 0 is success.

#include "Status.hpp"

#include <dlfcn.h>

#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <type_traits>

using namespace sheaf::collectives;

extern "C" {
typedef struct ncclComm *ncclComm_t;
typedef struct {
  char internal[CCOLLECTIVES_ID_BYTES];
} ncclUniqueId;
}

struct CCollectivesNCCL {
  int (*getUniqueId)(ncclUniqueId *) = nullptr;
  int (*commInitRank)(ncclComm_t *, int, ncclUniqueId, int) = nullptr;
  int (*allReduce)(const void *, void *, size_t, int, int, ncclComm_t, void *) = nullptr;
  int (*getAsyncError)(ncclComm_t, int *) = nullptr;
  int (*commAbort)(ncclComm_t) = nullptr;
  int (*commDestroy)(ncclComm_t) = nullptr;
  const char *(*getErrorString)(int) = nullptr;

  void check(int result, const char *call) const {
    if (result != 0) throw Failure{CCOLLECTIVES_FAILED, std::string("NCCL: ") + call + ": " + getErrorString(result)};
  }
};

struct CCollectivesGroup {
  const CCollectivesNCCL *nccl;
  /// Null once it was aborted.
  ncclComm_t communicator;
};

namespace {

constexpr int ncclFloat32 = 7;
constexpr int ncclInProgress = 7;
constexpr int ncclSum = 0;

/// - Returns: null when the library cannot be loaded; `reason` is then why.
void *open(const char *path, std::string &reason) {
  auto *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    const char *error = dlerror();
    if (!reason.empty()) reason += "; ";
    reason += error == nullptr ? "unknown" : error;
  }
  return handle;
}

CCollectivesNCCL findFunctions(void *handle) {
  CCollectivesNCCL functions;
  auto find = [&](auto &function, const char *name) {
    auto *symbol = dlsym(handle, name);
    if (symbol == nullptr) throw Failure{CCOLLECTIVES_LIBRARY, std::string("NCCL lacks the function ") + name};
    function = reinterpret_cast<std::decay_t<decltype(function)>>(symbol);
  };
  find(functions.getUniqueId, "ncclGetUniqueId");
  find(functions.commInitRank, "ncclCommInitRank");
  find(functions.allReduce, "ncclAllReduce");
  find(functions.getAsyncError, "ncclCommGetAsyncError");
  find(functions.commAbort, "ncclCommAbort");
  find(functions.commDestroy, "ncclCommDestroy");
  find(functions.getErrorString, "ncclGetErrorString");
  return functions;
}

}  // namespace

CCollectivesStatus ccollectives_nccl_load(const char *const *paths, int32_t count, const CCollectivesNCCL **out) {
  return guarded([&] {
    static std::mutex mutex;
    static std::map<void *, std::unique_ptr<CCollectivesNCCL>> loaded;
    std::lock_guard<std::mutex> lock(mutex);
    std::string reason;
    for (int32_t i = 0; i < count; i++) {
      auto *handle = open(paths[i], reason);
      if (handle == nullptr) continue;
      auto &functions = loaded[handle];
      if (functions == nullptr) functions = std::make_unique<CCollectivesNCCL>(findFunctions(handle));
      *out = functions.get();
      return;
    }
    throw Failure{CCOLLECTIVES_LIBRARY, "NCCL cannot be loaded: " + reason};
  });
}

CCollectivesStatus ccollectives_nccl_unique_id(const CCollectivesNCCL *nccl, uint8_t id[CCOLLECTIVES_ID_BYTES]) {
  return guarded([&] {
    ncclUniqueId made;
    nccl->check(nccl->getUniqueId(&made), "ncclGetUniqueId");
    std::memcpy(id, made.internal, sizeof made.internal);
  });
}

CCollectivesStatus ccollectives_nccl_connect(const CCollectivesNCCL *nccl, const uint8_t id[CCOLLECTIVES_ID_BYTES],
                                             int32_t ranks, int32_t rank, CCollectivesGroup **out) {
  return guarded([&] {
    ncclUniqueId common;
    std::memcpy(common.internal, id, sizeof common.internal);
    ncclComm_t communicator = nullptr;
    nccl->check(nccl->commInitRank(&communicator, ranks, common, rank), "ncclCommInitRank");
    *out = new CCollectivesGroup{nccl, communicator};
  });
}

CCollectivesStatus ccollectives_nccl_all_reduce(CCollectivesGroup *group, void *data, size_t count, void *stream) {
  return guarded([&] {
    if (group->communicator == nullptr) throw Failure{CCOLLECTIVES_FAILED, "NCCL: the group of ranks was aborted"};
    group->nccl->check(group->nccl->allReduce(data, data, count, ncclFloat32, ncclSum, group->communicator, stream),
                       "ncclAllReduce");
  });
}

CCollectivesStatus ccollectives_nccl_check(CCollectivesGroup *group) {
  return guarded([&] {
    if (group->communicator == nullptr) return;
    int state = 0;
    group->nccl->check(group->nccl->getAsyncError(group->communicator, &state), "ncclCommGetAsyncError");
    if (state == 0 || state == ncclInProgress) return;
    // The kernel that waits for the lost rank would never end, nor would a wait for its stream.
    group->nccl->commAbort(group->communicator);
    group->communicator = nullptr;
    group->nccl->check(state, "ncclAllReduce in progress");
  });
}

void ccollectives_nccl_free(CCollectivesGroup *group) {
  if (group == nullptr) return;
  if (group->communicator != nullptr) group->nccl->commDestroy(group->communicator);
  delete group;
}
