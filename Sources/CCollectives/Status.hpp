#pragma once

#include "CCollectives.h"

#include <string>

namespace sheaf::collectives {

/// A failure, thrown inside this target only.
struct Failure {
  CCollectivesStatus kind;
  std::string message;
};

/// Turns the exception being handled into a status and this thread's message.
CCollectivesStatus describeException() noexcept;

/// Runs `body`, which may throw anything.
template <typename Body>
CCollectivesStatus guarded(Body &&body) noexcept {
  try {
    body();
    return CCOLLECTIVES_OK;
  } catch (...) {
    return describeException();
  }
}

}  // namespace sheaf::collectives
