/* The C interface as a C program sees it: values, errors, misuse. Exits with the number of failed checks. */
#include "pipeline_torch.h"

#include <stdio.h>
#include <string.h>

static int failures = 0;

#define CHECK(condition)                                                       \
  do {                                                                         \
    if (!(condition)) {                                                        \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);          \
      ++failures;                                                              \
    }                                                                          \
  } while (0)

enum { kFloat32 = 6 };

static pt_tensor make(const float* values, int64_t rows, int64_t columns) {
  const int64_t sizes[2] = {rows, columns};
  pt_tensor tensor = 0;
  CHECK(pt_tensor_from_memory(values, rows * columns * 4, sizes, 2, kFloat32, &tensor) == PT_OK);
  return tensor;
}

static pt_value tensor_value(pt_tensor tensor) {
  pt_value value = {PT_TENSOR, 0, {0}};
  value.as.tensor = tensor;
  return value;
}

static pt_tensor call(const char* name, const char* overload, const pt_value* arguments, int32_t count) {
  int32_t handle = -1;
  int32_t results = 0;
  pt_value result = {PT_NONE, 0, {0}};
  CHECK(pt_operator_find(name, overload, &handle) == PT_OK);
  CHECK(pt_operator_call(handle, arguments, count, &result, 1, &results) == PT_OK);
  CHECK(results == 1 && result.tag == PT_TENSOR);
  return result.as.tensor;
}

static void multiplies_matrices_and_differentiates(void) {
  const float left[4] = {1, 2, 3, 4};
  const float right[4] = {5, 6, 7, 8};
  pt_tensor a = make(left, 2, 2);
  pt_tensor b = make(right, 2, 2);
  CHECK(pt_tensor_set_requires_grad(a, 1) == PT_OK);

  pt_value arguments[2] = {tensor_value(a), tensor_value(b)};
  pt_tensor product = call("aten::matmul", "", arguments, 2);
  float values[4] = {0};
  CHECK(pt_tensor_copy_to_memory(product, values, sizeof values) == PT_OK);
  CHECK(values[0] == 19 && values[1] == 22 && values[2] == 43 && values[3] == 50);

  pt_value whole = tensor_value(product);
  pt_tensor sum = call("aten::sum", "", &whole, 1);
  CHECK(pt_backward(&sum, 1, NULL, 0, 0, 0, NULL, 0) == PT_OK);
  pt_tensor gradient = 0;
  CHECK(pt_tensor_grad(a, &gradient) == PT_OK && gradient != 0);
  CHECK(pt_tensor_copy_to_memory(gradient, values, sizeof values) == PT_OK);
  CHECK(values[0] == 11 && values[1] == 15 && values[2] == 11 && values[3] == 15);

  pt_tensor* all[5] = {&a, &b, &product, &sum, &gradient};
  for (int i = 0; i < 5; ++i) CHECK(pt_tensor_free(all[i]) == PT_OK && *all[i] == 0);
}

static void splits_into_a_list_of_results(void) {
  const float numbers[6] = {1, 2, 3, 4, 5, 6};
  pt_tensor tensor = make(numbers, 3, 2);
  int32_t handle = -1;
  int32_t count = 0;
  pt_value results[4];
  pt_value argument = tensor_value(tensor);
  CHECK(pt_operator_find("aten::unbind", "int", &handle) == PT_OK);

  CHECK(pt_operator_call(handle, &argument, 1, results, 4, &count) == PT_OK && count == 3);
  for (int32_t i = 0; i < count; ++i) CHECK(pt_tensor_free(&results[i].as.tensor) == PT_OK);

  CHECK(pt_operator_call(handle, &argument, 1, results, 2, &count) == PT_CAPACITY);
  CHECK(pt_operator_call(handle, &argument, 1, NULL, 0, NULL) == PT_OK); /* results dropped */
  CHECK(pt_tensor_free(&tensor) == PT_OK);
}

static void refuses_misuse(void) {
  int32_t handle = -1;
  const char* text = NULL;
  pt_tensor tensor = 0;
  pt_tensor_info info;
  const int64_t sizes[1] = {2};
  const float values[2] = {1, 2};

  CHECK(pt_tensor_from_memory(NULL, 8, sizes, 1, kFloat32, &tensor) == PT_NULL_ARGUMENT);
  CHECK(pt_tensor_from_memory(values, 8, NULL, 1, kFloat32, &tensor) == PT_NULL_ARGUMENT);
  CHECK(pt_tensor_from_memory(values, 8, sizes, 1, kFloat32, NULL) == PT_NULL_ARGUMENT);
  CHECK(pt_tensor_from_memory(values, -8, sizes, 1, kFloat32, &tensor) == PT_OUT_OF_RANGE);
  CHECK(pt_tensor_from_memory(values, 8, sizes, -1, kFloat32, &tensor) == PT_OUT_OF_RANGE);
  CHECK(pt_tensor_from_memory(values, 4, sizes, 1, kFloat32, &tensor) == PT_OUT_OF_RANGE);
  CHECK(pt_tensor_get_info(0, &info) == PT_INVALID_HANDLE);
  CHECK(pt_tensor_get_info(12345, &info) == PT_INVALID_HANDLE);
  CHECK(pt_tensor_free(NULL) == PT_NULL_ARGUMENT);
  CHECK(pt_operator_find("aten::no_such_operator", "", &handle) == PT_UNKNOWN_OPERATOR);
  CHECK(pt_operator_find(NULL, "", &handle) == PT_NULL_ARGUMENT);
  CHECK(pt_operator_call(-1, NULL, 0, NULL, 0, NULL) == PT_INVALID_HANDLE);
  CHECK(pt_backward(NULL, 1, NULL, 0, 0, 0, NULL, 0) == PT_NULL_ARGUMENT);
  CHECK(pt_autocast_nest(2, &handle) == PT_OUT_OF_RANGE);
  CHECK(pt_inference_mode_pop() == PT_OUT_OF_RANGE);
  CHECK(pt_threads_set_intra_op(0) == PT_OUT_OF_RANGE);
  CHECK(pt_last_error(NULL) == PT_NULL_ARGUMENT);
  CHECK(pt_last_error(&text) == PT_OK && strstr(text, "threads") != NULL);
}

static void survives_a_double_free(void) {
  const float values[2] = {1, 2};
  pt_tensor tensor = make(values, 1, 2);
  pt_tensor copy = tensor;
  CHECK(pt_tensor_free(&tensor) == PT_OK);
  pt_tensor tenant = make(values, 1, 2); /* takes the slot, not the number */
  pt_tensor stale = copy;
  CHECK(pt_tensor_free(&stale) == PT_INVALID_HANDLE);
  pt_value argument = tensor_value(copy);
  int32_t handle = -1;
  CHECK(pt_operator_find("aten::relu", "", &handle) == PT_OK);
  CHECK(pt_operator_call(handle, &argument, 1, NULL, 0, NULL) == PT_INVALID_HANDLE);
  CHECK(pt_tensor_free(&tenant) == PT_OK);
}

static void restores_the_random_state(void) {
  pt_tensor state = 0;
  float first[4];
  float second[4];
  const int64_t sizes[1] = {4};
  pt_value argument = {PT_INT_LIST, 1, {0}};
  argument.as.integers = sizes;
  CHECK(pt_manual_seed(3) == PT_OK);
  CHECK(pt_rng_get_state(&state) == PT_OK);
  pt_tensor a = call("aten::randn", "", &argument, 1);
  CHECK(pt_rng_set_state(state) == PT_OK);
  pt_tensor b = call("aten::randn", "", &argument, 1);
  CHECK(pt_tensor_copy_to_memory(a, first, sizeof first) == PT_OK);
  CHECK(pt_tensor_copy_to_memory(b, second, sizeof second) == PT_OK);
  CHECK(memcmp(first, second, sizeof first) == 0);
  pt_tensor* all[3] = {&a, &b, &state};
  for (int i = 0; i < 3; ++i) CHECK(pt_tensor_free(all[i]) == PT_OK);
}

int main(void) {
  int64_t live = -1;
  CHECK(pt_abi_version() == PT_ABI_VERSION);
  CHECK(pt_sizeof_value() == (int32_t)sizeof(pt_value));
  CHECK(pt_sizeof_tensor_info() == (int32_t)sizeof(pt_tensor_info));
  multiplies_matrices_and_differentiates();
  splits_into_a_list_of_results();
  refuses_misuse();
  survives_a_double_free();
  restores_the_random_state();
  CHECK(pt_live_tensors(&live) == PT_OK && live == 0);
  if (failures == 0) puts("all checks passed");
  return failures;
}
