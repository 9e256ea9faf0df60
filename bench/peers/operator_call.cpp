// The bare cost of Pipeline.Bench's operator call: ReLU of one number in C++, directly and through the boxed dispatcher with a cached handle.
//   c++ -O2 -std=c++17 operator_call.cpp -o operator_call -ltorch -ltorch_cpu -lc10
#include <ATen/core/Tensor.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/relu.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <vector>

template <typename Work>
static void measure(const char* name, Work work) {
  constexpr int calls = 100000, rounds = 15;
  std::vector<double> wall, processor;
  for (int round = 0; round <= rounds; ++round) {
    auto start = std::chrono::steady_clock::now();
    std::clock_t ticks = std::clock();
    for (int call = 0; call < calls; ++call) work();
    if (round == 0) continue;   // warm-up
    wall.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count() / calls);
    processor.push_back(1e6 * (std::clock() - ticks) / CLOCKS_PER_SEC / calls);
  }
  std::sort(wall.begin(), wall.end());
  std::sort(processor.begin(), processor.end());
  std::printf("%-34s median %9.3f us  fastest %9.3f us  processor %9.3f us  per call\n", name, wall[rounds / 2], wall[0], processor[rounds / 2]);
}

int main() {
  at::NoGradGuard unrecorded;
  at::Tensor one = at::ones({1});
  measure("C++, direct", [&] { at::relu(one); });
  auto handle = c10::Dispatcher::singleton().findSchemaOrThrow("aten::relu", "");
  torch::jit::Stack stack;
  measure("C++, boxed with a cached handle", [&] {
    stack.clear();
    stack.emplace_back(one);
    handle.callBoxed(stack);
  });
}
