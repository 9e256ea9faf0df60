#include "compat.h"
#include "status.h"

#include <ATen/Parallel.h>
#include <ATen/Version.h>

using namespace pipeline;

namespace {

void checkThreadCount(int32_t count) {
  if (count < 1) fail(PT_OUT_OF_RANGE, "the number of threads is at least 1, not " + std::to_string(count));
}

}  // namespace

int32_t pt_threads_get(int32_t* intra_op, int32_t* inter_op) {
  return guarded([&] {
    *notNull(intra_op, "intra_op") = at::get_num_threads();
    *notNull(inter_op, "inter_op") = static_cast<int32_t>(at::get_num_interop_threads());
  });
}

int32_t pt_threads_set_intra_op(int32_t count) {
  return guarded([&] {
    checkThreadCount(count);
    at::set_num_threads(count);
  });
}

int32_t pt_threads_set_inter_op(int32_t count) {
  return guarded([&] {
    checkThreadCount(count);
    at::set_num_interop_threads(count);
  });
}

int32_t pt_cuda_device_count(int32_t* count) {
  return guarded([&] { *notNull(count, "count") = compat::cudaDeviceCount(); });
}

int32_t pt_cudnn_available(int32_t* available) {
  return guarded([&] { *notNull(available, "available") = compat::cudaDeviceCount() > 0 && at::globalContext().hasCuDNN(); });
}

int32_t pt_torch_version(const char** text) {
  return guarded([&] { *notNull(text, "text") = TORCH_VERSION; });
}

int32_t pt_build_config(const char** text) {
  return guarded([&] {
    static const std::string config = at::show_config();
    *notNull(text, "text") = config.c_str();
  });
}

int32_t pt_parallel_info(const char** text) {
  return guarded([&] {
    // Asked for again each time, since the counts in it change; the last answer stays valid on this thread.
    thread_local std::string info;
    info = at::get_parallel_info();
    *notNull(text, "text") = info.c_str();
  });
}
