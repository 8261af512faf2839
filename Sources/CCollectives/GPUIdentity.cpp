// Which GPU an index stands for, by NVIDIA's driver API.

#include "Status.hpp"

#include <dlfcn.h>

#include <cstring>

using namespace sheaf::collectives;

CCollectivesStatus ccollectives_gpu_identity(int32_t index, char *name, size_t capacity) {
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
      // The second version distinguishes the instances of a partitioned GPU (MIG).
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
    if (text.size() + 1 > capacity) throw Failure{CCOLLECTIVES_FAILED, "the buffer is too small for a GPU's identity"};
    std::memcpy(name, text.c_str(), text.size() + 1);
  });
}
