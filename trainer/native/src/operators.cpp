// The generic operator call: any ATen operator by name, through the boxed dispatcher.
#include "handles.h"
#include "status.h"

#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/stack.h>

#include <array>
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

using namespace pipeline;

namespace {

/// What an argument's schema asks for beyond what the tag says.
enum class Wanted : uint8_t { AsGiven, Float, OptionalTensorList };

struct Operator {
  c10::OperatorHandle handle;
  std::vector<Wanted> wanted;
  std::vector<c10::optional<c10::IValue>> defaults;
};

Wanted wantedBy(const c10::Argument& argument) {
  c10::TypePtr type = argument.type();
  if (auto optional = type->cast<c10::OptionalType>()) type = optional->getElementType();
  if (type->kind() == c10::TypeKind::FloatType) return Wanted::Float;
  const auto list = type->cast<c10::ListType>();
  const bool ofOptionals = list && list->getElementType()->kind() == c10::TypeKind::OptionalType;
  return ofOptionals ? Wanted::OptionalTensorList : Wanted::AsGiven;
}

constexpr int32_t kMaxOperators = 8192;

struct Registry {
  std::mutex mutex;  // guards byName and count
  std::map<std::pair<std::string, std::string>, int32_t> byName;
  int32_t count = 0;
  std::array<std::atomic<const Operator*>, kMaxOperators> operators{};  // read without the lock
};

// Never destroyed, as the tensors' table is not.
Registry& registry() {
  static Registry* const instance = new Registry();
  return *instance;
}

int32_t findOrAdd(const char* name, const char* overload) {
  Registry& r = registry();
  const std::lock_guard<std::mutex> lock(r.mutex);
  const auto key = std::make_pair(std::string(name), std::string(overload));
  if (const auto found = r.byName.find(key); found != r.byName.end()) return found->second;

  const auto schema = c10::Dispatcher::singleton().findSchema({name, overload});
  if (!schema.has_value()) {
    fail(PT_UNKNOWN_OPERATOR, "this libtorch has no operator " + key.first + (key.second.empty() ? "" : "." + key.second));
  }
  if (r.count == kMaxOperators) fail(PT_OUT_OF_MEMORY, "too many operators");

  auto added = std::make_unique<Operator>(Operator{*schema, {}, {}});
  for (const c10::Argument& argument : schema->schema().arguments()) {
    added->wanted.push_back(wantedBy(argument));
    added->defaults.push_back(argument.default_value());
  }
  r.byName.emplace(key, r.count);
  r.operators[static_cast<size_t>(r.count)].store(added.release(), std::memory_order_release);
  return r.count++;
}

const Operator& get(int32_t handle) {
  const Operator* found = handle < 0 || handle >= kMaxOperators
      ? nullptr
      : registry().operators[static_cast<size_t>(handle)].load(std::memory_order_acquire);
  if (found == nullptr) fail(PT_INVALID_HANDLE, "operator " + std::to_string(handle) + " does not exist");
  return *found;
}

c10::IValue toTensor(pt_tensor handle) {
  return handle == 0 ? c10::IValue() : c10::IValue(handles::get(handle, "argument"));
}

c10::IValue toTensorList(const pt_value& value, Wanted wanted) {
  const pt_tensor* items = notNullUnlessEmpty(value.as.tensors, value.length, "tensor list");
  if (wanted == Wanted::OptionalTensorList) {
    c10::List<c10::optional<at::Tensor>> list;
    list.reserve(static_cast<size_t>(value.length));
    for (int32_t i = 0; i < value.length; ++i) {
      list.push_back(items[i] == 0 ? c10::optional<at::Tensor>() : handles::get(items[i], "argument"));
    }
    return list;
  }
  c10::List<at::Tensor> list;
  list.reserve(static_cast<size_t>(value.length));
  for (int32_t i = 0; i < value.length; ++i) list.push_back(handles::get(items[i], "argument"));
  return list;
}

template <class T>
c10::IValue toList(const T* items, int32_t length, const char* what) {
  notNullUnlessEmpty(items, length, what);
  c10::List<T> list;
  list.reserve(static_cast<size_t>(length));
  for (int32_t i = 0; i < length; ++i) list.push_back(items[i]);
  return list;
}

c10::IValue toDevice(int64_t packed) {
  const int64_t type = packed & 0xff;
  const int64_t index = (packed >> 8) - 1;
  if (packed < 0 || type >= static_cast<int64_t>(c10::COMPILE_TIME_MAX_DEVICE_TYPES) || index > INT8_MAX) {
    fail(PT_OUT_OF_RANGE, "device " + std::to_string(packed) + " does not exist");
  }
  return c10::Device(static_cast<c10::DeviceType>(type), static_cast<c10::DeviceIndex>(index));
}

c10::IValue toIValue(const pt_value& value, const Operator& op, size_t position) {
  const Wanted wanted = op.wanted[position];
  switch (value.tag) {
    case PT_NONE: return {};
    case PT_DEFAULT: {
      const auto& fallback = op.defaults[position];
      if (!fallback.has_value()) fail(PT_OUT_OF_RANGE, "argument " + std::to_string(position) + " has no default");
      return *fallback;
    }
    case PT_TENSOR: return toTensor(value.as.tensor);
    case PT_INT: return wanted == Wanted::Float ? c10::IValue(static_cast<double>(value.as.integer)) : c10::IValue(value.as.integer);
    case PT_DOUBLE: return value.as.number;
    case PT_BOOL: return value.as.integer != 0;
    case PT_INT_LIST: return toList(value.as.integers, value.length, "integer list");
    case PT_DOUBLE_LIST: return toList(value.as.numbers, value.length, "number list");
    case PT_TENSOR_LIST: return toTensorList(value, wanted);
    case PT_STRING:
      notNullUnlessEmpty(value.as.text, value.length, "string");
      return std::string(value.as.text, static_cast<size_t>(value.length));
    case PT_DEVICE: return toDevice(value.as.integer);
    default: fail(PT_OUT_OF_RANGE, "argument " + std::to_string(position) + " has the unknown tag " + std::to_string(value.tag));
  }
}

/// One stack per thread keeps its memory between calls. It is moved out while in use, so a nested call gets its own.
class BorrowedStack {
 public:
  BorrowedStack() : values(std::move(spare())) {}
  BorrowedStack(const BorrowedStack&) = delete;
  BorrowedStack& operator=(const BorrowedStack&) = delete;
  ~BorrowedStack() {
    values.clear();
    spare() = std::move(values);
  }

  torch::jit::Stack values;

 private:
  static torch::jit::Stack& spare() {
    thread_local torch::jit::Stack stack;
    return stack;
  }
};

void pushArguments(torch::jit::Stack& stack, const Operator& op, const pt_value* arguments, int32_t count) {
  const size_t needed = op.wanted.size();
  if (static_cast<size_t>(count) > needed) {
    fail(PT_OUT_OF_RANGE, "the operator takes " + std::to_string(needed) + " arguments, " + std::to_string(count) + " were given");
  }
  stack.reserve(needed);
  for (size_t i = 0; i < static_cast<size_t>(count); ++i) stack.push_back(toIValue(arguments[i], op, i));
  const pt_value useDefault{PT_DEFAULT, 0, {}};
  for (size_t i = static_cast<size_t>(count); i < needed; ++i) stack.push_back(toIValue(useDefault, op, i));
}

int32_t countResults(const torch::jit::Stack& stack) {
  size_t count = 0;
  for (const c10::IValue& value : stack) count += value.isTensorList() ? value.toTensorList().size() : 1;
  return static_cast<int32_t>(count);
}

pt_value fromTensor(at::Tensor tensor) {
  pt_value result{PT_TENSOR, 0, {}};
  result.as.tensor = tensor.defined() ? handles::add(std::move(tensor)) : 0;
  return result;
}

pt_value fromIValue(c10::IValue&& value) {
  pt_value result{PT_NONE, 0, {}};
  if (value.isTensor()) return fromTensor(std::move(value).toTensor());
  if (value.isInt()) {
    result.tag = PT_INT;
    result.as.integer = value.toInt();
  } else if (value.isDouble()) {
    result.tag = PT_DOUBLE;
    result.as.number = value.toDouble();
  } else if (value.isBool()) {
    result.tag = PT_BOOL;
    result.as.integer = value.toBool();
  } else if (!value.isNone()) {
    fail(PT_OUT_OF_RANGE, "a result of type " + value.tagKind() + " cannot be returned");
  }
  return result;
}

void writeResults(torch::jit::Stack& stack, pt_value* results, int32_t capacity, int32_t* written) {
  const int32_t needed = countResults(stack);
  if (needed > capacity) fail(PT_CAPACITY, "the operator gave " + std::to_string(needed) + " results");
  *written = 0;
  try {
    for (c10::IValue& value : stack) {
      if (value.isTensorList()) {
        for (at::Tensor tensor : value.toTensorVector()) results[(*written)++] = fromTensor(std::move(tensor));
      } else {
        const pt_value result = fromIValue(std::move(value));
        results[(*written)++] = result;
      }
    }
  } catch (...) {
    while (*written > 0) {
      const pt_value& last = results[--*written];
      if (last.tag == PT_TENSOR && last.as.tensor != 0) handles::release(last.as.tensor);
    }
    throw;
  }
}

}  // namespace

int32_t pt_operator_find(const char* name, const char* overload, int32_t* handle) {
  return guarded([&] {
    *notNull(handle, "handle") = -1;
    *handle = findOrAdd(notNull(name, "name"), notNull(overload, "overload"));
  });
}

int32_t pt_operator_call(int32_t handle, const pt_value* arguments, int32_t argument_count, pt_value* results,
                         int32_t capacity, int32_t* result_count) {
  return guarded([&] {
    const bool keepResults = results != nullptr || capacity != 0;
    if (keepResults) {
      notNullUnlessEmpty(results, capacity, "results");
      *notNull(result_count, "result_count") = 0;
    }
    notNullUnlessEmpty(arguments, argument_count, "arguments");
    const Operator& op = get(handle);
    BorrowedStack stack;
    pushArguments(stack.values, op, arguments, argument_count);
    op.handle.callBoxed(&stack.values);
    if (keepResults) writeResults(stack.values, results, capacity, result_count);
  });
}
