#include "status.h"

#include <c10/util/Exception.h>

#include <new>

namespace pipeline {
namespace {

std::string& lastError() {
  thread_local std::string text;
  return text;
}

int32_t record(pt_status status, const char* text) noexcept {
  try {
    lastError() = text;
  } catch (...) {
    lastError().clear();  // no memory for the text: the status still says what happened
  }
  return status;
}

}  // namespace

void fail(pt_status status, const std::string& text) { throw Failure(status, text); }

int32_t recordCurrentException() noexcept {
  try {
    throw;
  } catch (const Failure& failure) {
    return record(failure.status(), failure.what());
  } catch (const c10::Error& error) {
    return record(PT_TORCH_ERROR, error.what_without_backtrace());
  } catch (const std::bad_alloc&) {
    return record(PT_OUT_OF_MEMORY, "out of memory");
  } catch (const std::exception& error) {
    return record(PT_TORCH_ERROR, error.what());
  } catch (...) {
    return record(PT_UNKNOWN_ERROR, "an exception of unknown type was thrown");
  }
}

}  // namespace pipeline

using namespace pipeline;

int32_t pt_abi_version(void) { return PT_ABI_VERSION; }
int32_t pt_sizeof_value(void) { return sizeof(pt_value); }
int32_t pt_sizeof_tensor_info(void) { return sizeof(pt_tensor_info); }

int32_t pt_last_error(const char** text) {
  if (text == nullptr) return PT_NULL_ARGUMENT;
  *text = lastError().c_str();
  return PT_OK;
}
