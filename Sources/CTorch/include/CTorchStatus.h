#ifndef SHEAF_CTORCH_STATUS_H
#define SHEAF_CTORCH_STATUS_H

// How functions report failures. The kind follows from the type of the exception, or from the place that raised it,
// never from the words of a message.

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef int32_t CTorchStatus;
enum {
  CTORCH_OK = 0,
  /// Host or device memory is exhausted (`c10::OutOfMemoryError`, `std::bad_alloc`); a smaller batch or tile may fit.
  CTORCH_OUT_OF_MEMORY = 1,
  /// Shapes, axes, element types or values do not fit together (`c10::Error` of libtorch's checks, and
  /// `c10::IndexError`, `c10::ValueError`, `c10::TypeError` among them).
  CTORCH_INVALID_ARGUMENT = 2,
  /// A file cannot be read or is not what it claims to be.
  CTORCH_FILE = 3,
  /// The device does not exist, this libtorch was built without it, or it failed (`c10::AcceleratorError`).
  CTORCH_DEVICE = 4,
  /// This libtorch has no such operator for this device or element type (`c10::NotImplementedError`).
  CTORCH_UNSUPPORTED = 5,
  /// The code of a TorchScript module raised an error.
  CTORCH_SCRIPT = 6,
  CTORCH_OTHER = 7,
};

/// Why the last failing call on this thread failed: one line without a C++ backtrace.
const char *ctorch_error_message(void);

#ifdef __cplusplus
}
#endif

#endif
