// From exceptions to status codes: the only place where one is turned into the other.
#pragma once

#include "pipeline_torch.h"

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>

namespace pipeline {

/// A failure with its status. Thrown inside this library only.
class Failure : public std::runtime_error {
 public:
  Failure(pt_status status, const std::string& text) : std::runtime_error(text), status_(status) {}
  pt_status status() const noexcept { return status_; }

 private:
  pt_status status_;
};

[[noreturn]] void fail(pt_status status, const std::string& text);

/// Records the exception in flight as the thread's last error and returns its status. Call inside a catch block.
int32_t recordCurrentException() noexcept;

/// Runs the body and turns whatever it throws into a status.
template <class Body>
int32_t guarded(Body&& body) noexcept {
  try {
    std::forward<Body>(body)();
    return PT_OK;
  } catch (...) {
    return recordCurrentException();
  }
}

template <class T>
T* notNull(T* pointer, const char* what) {
  if (pointer == nullptr) fail(PT_NULL_ARGUMENT, std::string(what) + " is null");
  return pointer;
}

/// A pointer that may be null only when its count is 0.
template <class T>
T* notNullUnlessEmpty(T* pointer, int64_t count, const char* what) {
  if (count < 0) fail(PT_OUT_OF_RANGE, std::string(what) + ": the length " + std::to_string(count) + " is negative");
  return count == 0 ? pointer : notNull(pointer, what);
}

}  // namespace pipeline
