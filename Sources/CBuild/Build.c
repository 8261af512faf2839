#include "CBuild.h"

#if __has_include(<torch/version.h>)
#include <torch/version.h>
#endif
#ifndef TORCH_VERSION
#define TORCH_VERSION ""
#endif

const char *sheaf_build_commit(void) { return SHEAF_COMMIT; }

const char *sheaf_build_libtorch_version(void) { return TORCH_VERSION; }

const char *sheaf_build_libtorch_directory(void) { return SHEAF_LIBTORCH; }
