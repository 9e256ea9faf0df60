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
#include <vector>

template <typename Work>
static void measure(const char* name, Work work) {
  constexpr int calls = 100000, rounds = 15;
  std::vector<double> micros;
  for (int round = 0; round <= rounds; ++round) {
    auto start = std::chrono::steady_clock::now();
    for (int call = 0; call < calls; ++call) work();
    if (round > 0) micros.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count() / calls);
  }
  std::sort(micros.begin(), micros.end());
  std::printf("%-34s median %9.3f us  fastest %9.3f us  per call\n", name, micros[rounds / 2], micros[0]);
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
