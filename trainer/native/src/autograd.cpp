#include "compat.h"
#include "handles.h"
#include "status.h"

#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/autograd.h>

#include <memory>
#include <vector>

using namespace pipeline;

namespace {

std::vector<at::Tensor> collect(const pt_tensor* items, int32_t count, const char* what) {
  notNullUnlessEmpty(items, count, what);
  std::vector<at::Tensor> tensors;
  tensors.reserve(static_cast<size_t>(count));
  for (int32_t i = 0; i < count; ++i) tensors.push_back(handles::get(items[i], what));
  return tensors;
}

c10::DeviceType autocastDevice(int32_t device_type) {
  const auto type = static_cast<c10::DeviceType>(device_type);
  if (type != c10::DeviceType::CPU && type != c10::DeviceType::CUDA) {
    fail(PT_OUT_OF_RANGE, "autocast knows the devices CPU (0) and CUDA (1), not " + std::to_string(device_type));
  }
  return type;
}

std::vector<std::unique_ptr<c10::InferenceMode>>& inferenceModes() {
  thread_local std::vector<std::unique_ptr<c10::InferenceMode>> stack;
  return stack;
}

}  // namespace

int32_t pt_backward(const pt_tensor* tensors, int32_t tensor_count, const pt_tensor* gradients, int32_t gradient_count,
                    int32_t retain_graph, int32_t create_graph, const pt_tensor* inputs, int32_t input_count) {
  return guarded([&] {
    torch::autograd::backward(collect(tensors, tensor_count, "tensors"), collect(gradients, gradient_count, "gradients"),
                              retain_graph != 0, create_graph != 0, collect(inputs, input_count, "inputs"));
  });
}

int32_t pt_gradients(const pt_tensor* outputs, int32_t output_count, const pt_tensor* inputs, int32_t input_count,
                     const pt_tensor* gradients, int32_t gradient_count, int32_t retain_graph, int32_t create_graph,
                     int32_t allow_unused, pt_tensor* out) {
  return guarded([&] {
    notNullUnlessEmpty(out, input_count, "out");
    std::vector<at::Tensor> results = torch::autograd::grad(
        collect(outputs, output_count, "outputs"), collect(inputs, input_count, "inputs"),
        collect(gradients, gradient_count, "gradients"), retain_graph != 0, create_graph != 0, allow_unused != 0);
    for (size_t i = 0; i < results.size(); ++i) out[i] = results[i].defined() ? handles::add(std::move(results[i])) : 0;
  });
}

int32_t pt_tensor_grad(pt_tensor tensor, pt_tensor* out) {
  return guarded([&] {
    *notNull(out, "out") = 0;
    const at::Tensor& gradient = handles::get(tensor, "tensor").grad();
    if (gradient.defined()) *out = handles::add(gradient);
  });
}

int32_t pt_tensor_set_grad(pt_tensor tensor, pt_tensor gradient) {
  return guarded([&] {
    const at::Tensor& target = handles::get(tensor, "tensor");
    target.mutable_grad() = gradient == 0 ? at::Tensor() : handles::get(gradient, "gradient");
  });
}

int32_t pt_tensor_set_requires_grad(pt_tensor tensor, int32_t enabled) {
  return guarded([&] { handles::get(tensor, "tensor").set_requires_grad(enabled != 0); });
}

int32_t pt_tensor_retain_grad(pt_tensor tensor) {
  return guarded([&] { handles::get(tensor, "tensor").retain_grad(); });
}

int32_t pt_grad_mode_get(int32_t* enabled) {
  return guarded([&] { *notNull(enabled, "enabled") = c10::GradMode::is_enabled(); });
}

int32_t pt_grad_mode_set(int32_t enabled) {
  return guarded([&] { c10::GradMode::set_enabled(enabled != 0); });
}

int32_t pt_inference_mode_push(int32_t enabled) {
  return guarded([&] { inferenceModes().push_back(std::make_unique<c10::InferenceMode>(enabled != 0)); });
}

int32_t pt_inference_mode_pop(void) {
  return guarded([] {
    if (inferenceModes().empty()) fail(PT_OUT_OF_RANGE, "inference mode was not entered on this thread");
    inferenceModes().pop_back();
  });
}

int32_t pt_inference_mode_get(int32_t* enabled) {
  return guarded([&] { *notNull(enabled, "enabled") = c10::InferenceMode::is_enabled(); });
}

int32_t pt_autocast_get(int32_t device_type, int32_t* enabled, int32_t* dtype) {
  return guarded([&] {
    notNull(enabled, "enabled");
    notNull(dtype, "dtype");
    const c10::DeviceType device = autocastDevice(device_type);
    *enabled = compat::autocastEnabled(device);
    *dtype = static_cast<int32_t>(compat::autocastDtype(device));
  });
}

int32_t pt_autocast_set(int32_t device_type, int32_t enabled, int32_t dtype) {
  return guarded([&] {
    const auto type = static_cast<c10::ScalarType>(dtype);
    if (type != c10::ScalarType::BFloat16 && type != c10::ScalarType::Half) {
      fail(PT_OUT_OF_RANGE, "autocast computes in bfloat16 (15) or float16 (5), not in dtype " + std::to_string(dtype));
    }
    compat::setAutocast(autocastDevice(device_type), enabled != 0, type);
  });
}

int32_t pt_autocast_nest(int32_t delta, int32_t* depth) {
  return guarded([&] {
    notNull(depth, "depth");
    if (delta != 1 && delta != -1) fail(PT_OUT_OF_RANGE, "delta is +1 or -1, not " + std::to_string(delta));
    *depth = delta > 0 ? at::autocast::increment_nesting() : at::autocast::decrement_nesting();
    if (*depth == 0) at::autocast::clear_cache();
  });
}

int32_t pt_autocast_clear_cache(void) {
  return guarded([] { at::autocast::clear_cache(); });
}
