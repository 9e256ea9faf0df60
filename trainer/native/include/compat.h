// The calls that differ between libtorch versions, and nothing else.
// Built and tested with 1.13.1. The 2.x branches follow the public headers of 2.x but were never compiled here.
#pragma once

#include <ATen/autocast_mode.h>
#include <ATen/Context.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <torch/version.h>

#define PIPELINE_TORCH_AT_LEAST(major, minor) \
  (TORCH_VERSION_MAJOR > (major) || (TORCH_VERSION_MAJOR == (major) && TORCH_VERSION_MINOR >= (minor)))

namespace pipeline::compat {

inline int cudaDeviceCount() {
  if (!at::globalContext().hasCUDA()) return 0;
#if PIPELINE_TORCH_AT_LEAST(2, 3)
  return at::detail::getCUDAHooks().deviceCount();
#else
  return at::detail::getCUDAHooks().getNumGPUs();
#endif
}

#if PIPELINE_TORCH_AT_LEAST(2, 4)

inline bool autocastEnabled(c10::DeviceType device) { return at::autocast::is_autocast_enabled(device); }
inline c10::ScalarType autocastDtype(c10::DeviceType device) { return at::autocast::get_autocast_dtype(device); }
inline void setAutocast(c10::DeviceType device, bool enabled, c10::ScalarType dtype) {
  at::autocast::set_autocast_enabled(device, enabled);
  at::autocast::set_autocast_dtype(device, dtype);
}

#else

inline bool autocastEnabled(c10::DeviceType device) {
  return device == c10::DeviceType::CPU ? at::autocast::is_cpu_enabled() : at::autocast::is_enabled();
}
inline c10::ScalarType autocastDtype(c10::DeviceType device) {
  return device == c10::DeviceType::CPU ? at::autocast::get_autocast_cpu_dtype() : at::autocast::get_autocast_gpu_dtype();
}
inline void setAutocast(c10::DeviceType device, bool enabled, c10::ScalarType dtype) {
  if (device == c10::DeviceType::CPU) {
    at::autocast::set_cpu_enabled(enabled);
    at::autocast::set_autocast_cpu_dtype(dtype);
  } else {
    at::autocast::set_enabled(enabled);
    at::autocast::set_autocast_gpu_dtype(dtype);
  }
}

#endif

}  // namespace pipeline::compat
