// Exceptions of libtorch become a status and a message; the status follows from the exception's type.

#include "Shim.hpp"

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <c10/util/Exception.h>

#include <new>
#include <string_view>

namespace c10 {
/// Defined by libtorch since 2.8; before, a failing GPU is a plain `c10::Error`.
class AcceleratorError;
}  // namespace c10

namespace sheaf {

namespace {

thread_local std::string lastMessage;

CTorchStatus fail(CTorchStatus kind, std::string_view message) noexcept {
  try {
    // libtorch's messages continue with a C++ stack trace or an enforcement note after the first line.
    lastMessage.assign(message.substr(0, message.find('\n')));
  } catch (...) {
    // No memory for the message itself; the kind is enough.
    lastMessage.clear();
  }
  return kind;
}

/// Whether an error has a type that only newer versions of libtorch define.
template <typename Type, size_t = sizeof(Type)>
bool isOfType(const c10::Error &error, int) {
  return dynamic_cast<const Type *>(&error) != nullptr;
}
template <typename>
bool isOfType(const c10::Error &, long) {
  return false;
}

CTorchStatus kindOf(const c10::Error &error) {
  if (dynamic_cast<const c10::OutOfMemoryError *>(&error) != nullptr) return CTORCH_OUT_OF_MEMORY;
  if (dynamic_cast<const c10::NotImplementedError *>(&error) != nullptr) return CTORCH_UNSUPPORTED;
  if (isOfType<c10::AcceleratorError>(error, 0)) return CTORCH_DEVICE;
  // libtorch's checks of arguments (TORCH_CHECK and its variants for indices, values and types).
  return CTORCH_INVALID_ARGUMENT;
}

/// libtorch's allocator for host memory, which reports exhausted memory as a plain `c10::Error`, like a wrong shape;
/// this one reports it by type.
class HostAllocator final : public c10::Allocator {
 public:
  explicit HostAllocator(c10::Allocator *own) : own_(own) {}

  c10::DataPtr allocate(size_t byteCount) override {
    try {
      return own_->allocate(byteCount);
    } catch (const c10::Error &error) {
      C10_THROW_ERROR(OutOfMemoryError, error.what_without_backtrace());
    }
  }
  c10::DeleterFnPtr raw_deleter() const override { return own_->raw_deleter(); }
  bool is_simple_data_ptr(const c10::DataPtr &pointer) const override { return own_->is_simple_data_ptr(pointer); }
  void copy_data(void *to, const void *from, size_t byteCount) const override { own_->copy_data(to, from, byteCount); }

 private:
  c10::Allocator *own_;
};

}  // namespace

void reportExhaustedMemoryByType() {
  // Never freed: tensors may outlive everything else.
  static auto *const allocator = new HostAllocator(c10::GetCPUAllocator());
  static const bool isSet = (c10::SetCPUAllocator(allocator), true);
  (void)isSet;
}

CTorchStatus describeException() noexcept {
  try {
    throw;
  } catch (const Failure &failure) {
    return fail(failure.kind, failure.message);
  } catch (const c10::Error &error) {
    return fail(kindOf(error), error.what_without_backtrace());
  } catch (const std::bad_alloc &) {
    return fail(CTORCH_OUT_OF_MEMORY, "out of memory");
  } catch (const std::exception &error) {
    return fail(CTORCH_OTHER, error.what());
  } catch (...) {
    return fail(CTORCH_OTHER, "libtorch threw something that is not an exception");
  }
}

}  // namespace sheaf

const char *ctorch_error_message(void) { return sheaf::lastMessage.c_str(); }
