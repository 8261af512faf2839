// Which libtorch this process has loaded, and the part of it that is for CUDA.
//
// A program is compiled with the headers of one libtorch and may be started with the libraries of another build of the
// same version, such as one with CUDA (LD_LIBRARY_PATH). Nothing here refers to a symbol of CUDA's, so that the program
// needs no such library to start.

#include "LoadedLibrary.hpp"
#include "CTorchRuntime.h"
#include "Shim.hpp"

#include <ATen/Version.h>
#include <torch/version.h>

#include <dlfcn.h>
#include <unistd.h>

#include <cstring>

namespace sheaf {

namespace {

/// The directory of libtorch_cpu.so, with a slash; empty where the loader does not say.
std::string findLibraryDirectory() {
  Dl_info found;
  auto address = reinterpret_cast<void *>(static_cast<std::string (*)()>(&at::show_config));
  if (dladdr(address, &found) == 0 || found.dli_fname == nullptr) return "";
  std::string path(found.dli_fname);
  return path.substr(0, path.rfind('/') + 1);
}

/// libtorch describes its build as text with a part `TORCH_VERSION=2.13.0, `.
std::string findLoadedVersion() {
  const std::string key = "TORCH_VERSION=";
  auto text = at::show_config();
  auto start = text.find(key);
  if (start == std::string::npos) return "";
  start += key.size();
  return text.substr(start, text.find_first_of(", \n", start) - start);
}

CUDALibrary loadCUDALibraryOnce() {
  auto path = libraryDirectory() + "libtorch_cuda.so";
  if (access(path.c_str(), F_OK) != 0) return {};
  // Global, because libtorch's parts refer to each other. Its initialisers register CUDA with the part that is loaded.
  if (dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL) != nullptr) return {.isLoaded = true};
  const char *reason = dlerror();
  return {.isLoaded = false, .problem = "cannot load " + path + ": " + (reason == nullptr ? "unknown" : reason)};
}

}  // namespace

const std::string &libraryDirectory() {
  static const std::string directory = findLibraryDirectory();
  return directory;
}

const CUDALibrary &loadCUDALibrary() {
  static const CUDALibrary library = loadCUDALibraryOnce();
  return library;
}

}  // namespace sheaf

using namespace sheaf;

const char *ctorch_compiled_version(void) { return TORCH_VERSION; }

CTorchStatus ctorch_loaded_version(char *version, size_t capacity) {
  return guarded([&] {
    static const std::string text = findLoadedVersion();
    copyText(text, version, capacity);
  });
}

CTorchStatus ctorch_library_directory(char *path, size_t capacity) {
  return guarded([&] { copyText(libraryDirectory(), path, capacity); });
}

CTorchStatus ctorch_load_cuda(int32_t *loaded) {
  return guarded([&] {
    auto &library = loadCUDALibrary();
    if (!library.problem.empty()) throw Failure{CTORCH_DEVICE, library.problem};
    *loaded = library.isLoaded ? 1 : 0;
  });
}
