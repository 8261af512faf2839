// Exceptions become a status and a message.

#include "Status.hpp"

#include <exception>

namespace sheaf::collectives {

namespace {

thread_local std::string lastMessage;

CCollectivesStatus fail(CCollectivesStatus kind, const char *message) noexcept {
  try {
    lastMessage.assign(message);
  } catch (...) {
    // No memory for the message itself; the kind is enough.
    lastMessage.clear();
  }
  return kind;
}

}  // namespace

CCollectivesStatus describeException() noexcept {
  try {
    throw;
  } catch (const Failure &failure) {
    return fail(failure.kind, failure.message.c_str());
  } catch (const std::exception &error) {
    return fail(CCOLLECTIVES_FAILED, error.what());
  } catch (...) {
    return fail(CCOLLECTIVES_FAILED, "something that is not an exception was thrown");
  }
}

}  // namespace sheaf::collectives

const char *ccollectives_error_message(void) { return sheaf::collectives::lastMessage.c_str(); }
