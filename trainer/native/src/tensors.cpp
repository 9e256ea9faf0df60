#include "handles.h"
#include "status.h"

#include <ATen/Functions.h>

#include <algorithm>
#include <cstring>

using namespace pipeline;

namespace {

c10::ScalarType toDtype(int32_t dtype) {
  if (dtype < 0 || dtype >= static_cast<int32_t>(c10::ScalarType::NumOptions)) {
    fail(PT_OUT_OF_RANGE, "dtype " + std::to_string(dtype) + " does not exist");
  }
  return static_cast<c10::ScalarType>(dtype);
}

void checkSize(int64_t given, int64_t needed) {
  if (given != needed) {
    fail(PT_OUT_OF_RANGE, "the buffer has " + std::to_string(given) + " bytes, the tensor " + std::to_string(needed));
  }
}

void copyOut(c10::IntArrayRef values, int64_t* destination, int32_t capacity, int32_t* count) {
  notNull(count, "count");
  notNullUnlessEmpty(destination, capacity, "destination");
  const auto needed = static_cast<int32_t>(values.size());
  *count = needed;
  if (capacity < needed) fail(PT_CAPACITY, "the tensor has " + std::to_string(needed) + " dimensions");
  std::copy(values.begin(), values.end(), destination);
}

}  // namespace

int32_t pt_tensor_from_memory(const void* data, int64_t size_bytes, const int64_t* sizes, int32_t dimension_count,
                              int32_t dtype, pt_tensor* out) {
  return guarded([&] {
    *notNull(out, "out") = 0;
    notNullUnlessEmpty(data, size_bytes, "data");
    notNullUnlessEmpty(sizes, dimension_count, "sizes");
    const c10::IntArrayRef shape(sizes, static_cast<size_t>(dimension_count));
    at::Tensor tensor = at::empty(shape, at::TensorOptions().dtype(toDtype(dtype)));
    checkSize(size_bytes, static_cast<int64_t>(tensor.nbytes()));
    if (size_bytes > 0) std::memcpy(tensor.data_ptr(), data, static_cast<size_t>(size_bytes));
    *out = handles::add(std::move(tensor));
  });
}

int32_t pt_tensor_copy_to_memory(pt_tensor tensor, void* destination, int64_t size_bytes) {
  return guarded([&] {
    notNullUnlessEmpty(destination, size_bytes, "destination");
    const at::Tensor& source = handles::get(tensor, "tensor");
    checkSize(size_bytes, static_cast<int64_t>(source.numel()) * static_cast<int64_t>(source.element_size()));
    if (size_bytes == 0) return;
    const at::Tensor dense = source.detach().cpu().contiguous();
    std::memcpy(destination, dense.data_ptr(), static_cast<size_t>(size_bytes));
  });
}

int32_t pt_tensor_data(pt_tensor tensor, void** data) {
  return guarded([&] {
    *notNull(data, "data") = nullptr;
    const at::Tensor& source = handles::get(tensor, "tensor");
    if (!source.device().is_cpu()) fail(PT_OUT_OF_RANGE, "the tensor is on " + source.device().str() + ", not on the CPU");
    *data = source.data_ptr();
  });
}

int32_t pt_tensor_get_info(pt_tensor tensor, pt_tensor_info* info) {
  return guarded([&] {
    notNull(info, "info");
    const at::Tensor& t = handles::get(tensor, "tensor");
    info->element_count = t.numel();
    info->dimension_count = static_cast<int32_t>(t.dim());
    info->dtype = static_cast<int32_t>(t.scalar_type());
    info->device_type = static_cast<int32_t>(t.device().type());
    info->device_index = t.device().index();
    info->element_size_bytes = static_cast<int32_t>(t.element_size());
    info->requires_grad = t.requires_grad();
    info->is_leaf = t.is_leaf();
    info->is_contiguous = t.is_contiguous();
  });
}

int32_t pt_tensor_sizes(pt_tensor tensor, int64_t* sizes, int32_t capacity, int32_t* count) {
  return guarded([&] { copyOut(handles::get(tensor, "tensor").sizes(), sizes, capacity, count); });
}

int32_t pt_tensor_strides(pt_tensor tensor, int64_t* strides, int32_t capacity, int32_t* count) {
  return guarded([&] { copyOut(handles::get(tensor, "tensor").strides(), strides, capacity, count); });
}

int32_t pt_tensor_is_contiguous(pt_tensor tensor, int32_t memory_format, int32_t* result) {
  return guarded([&] {
    notNull(result, "result");
    if (memory_format < 0 || memory_format > static_cast<int32_t>(c10::MemoryFormat::ChannelsLast3d)) {
      fail(PT_OUT_OF_RANGE, "memory format " + std::to_string(memory_format) + " does not exist");
    }
    *result = handles::get(tensor, "tensor").is_contiguous(static_cast<c10::MemoryFormat>(memory_format));
  });
}

int32_t pt_tensor_free(pt_tensor* tensor) {
  return guarded([&] {
    const pt_tensor handle = *notNull(tensor, "tensor");
    *tensor = 0;
    if (handle != 0) handles::release(handle);
  });
}

int32_t pt_live_tensors(int64_t* count) {
  return guarded([&] { *notNull(count, "count") = handles::liveCount(); });
}
