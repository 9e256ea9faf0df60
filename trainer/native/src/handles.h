// Tensor handles: numbers that are checked on every use.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace pipeline::handles {

/// Takes a tensor and returns the handle that now owns it.
uint64_t add(at::Tensor tensor);

/// The tensor behind a live handle; fails with PT_INVALID_HANDLE otherwise. `what` names the argument in the message.
const at::Tensor& get(uint64_t handle, const char* what);

/// Releases a live handle; fails with PT_INVALID_HANDLE otherwise.
void release(uint64_t handle);

int64_t liveCount();

}  // namespace pipeline::handles
