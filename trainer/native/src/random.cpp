#include "handles.h"
#include "status.h"

#include <ATen/Context.h>
#include <ATen/CPUGeneratorImpl.h>

#include <mutex>

using namespace pipeline;

int32_t pt_manual_seed(uint64_t seed) {
  return guarded([&] { at::manual_seed(seed); });
}

int32_t pt_initial_seed(uint64_t* seed) {
  return guarded([&] {
    notNull(seed, "seed");
    at::Generator generator = at::detail::getDefaultCPUGenerator();
    const std::lock_guard<std::mutex> lock(generator.mutex());
    *seed = generator.current_seed();
  });
}

int32_t pt_rng_get_state(pt_tensor* state) {
  return guarded([&] {
    *notNull(state, "state") = 0;
    at::Generator generator = at::detail::getDefaultCPUGenerator();
    const std::lock_guard<std::mutex> lock(generator.mutex());
    *state = handles::add(generator.get_state());
  });
}

int32_t pt_rng_set_state(pt_tensor state) {
  return guarded([&] {
    const at::Tensor& bytes = handles::get(state, "state");
    at::Generator generator = at::detail::getDefaultCPUGenerator();
    const std::lock_guard<std::mutex> lock(generator.mutex());
    generator.set_state(bytes);
  });
}
