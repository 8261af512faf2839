#pragma once

#include <string>

namespace sheaf {

/// The directory of the loaded libtorch, with a slash.
const std::string &libraryDirectory();

/// What came of loading `libtorch_cuda.so`.
struct CUDALibrary {
  bool isLoaded = false;
  /// Why a library that is there cannot be loaded; empty otherwise.
  std::string problem;
};

/// Loads `libtorch_cuda.so` where it lies beside the loaded libtorch, once for the process. To be called before
/// libtorch is asked for anything of CUDA, for it remembers the answer.
const CUDALibrary &loadCUDALibrary();

}  // namespace sheaf
