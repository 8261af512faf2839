#ifndef SHEAF_CTORCH_H
#define SHEAF_CTORCH_H

// A plain C interface to libtorch 2.4 or newer.
//
// 1. Every function that can fail returns a status; zero is success. After a failure `ctorch_error_message` says why,
//    on the same thread, until that thread's next failure. No C++ exception leaves a function.
// 2. A tensor is an opaque handle that owns one reference; every handle written to an `out` parameter must be released
//    by `ctorch_tensor_free`. Nothing is written on failure.
// 3. Shapes are arrays of int64_t, axes in libtorch's order: (batch, channel, z, y, x) for volumes.
// 4. Functions may be called from any number of threads. Gradient mode and autocast belong to the calling thread; the
//    thread count, once set, applies to every thread that calls in.
// 5. Devices are named as in PyTorch: "cpu", "cuda", "cuda:1".

#include "CTorchFiles.h"
#include "CTorchOperators.h"
#include "CTorchRuntime.h"
#include "CTorchStatus.h"
#include "CTorchTensors.h"
#include "CTorchTraining.h"

#endif
