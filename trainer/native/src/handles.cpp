#include "handles.h"

#include "status.h"

#include <array>
#include <atomic>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace pipeline::handles {
namespace {

// A slot is live while its generation is odd. A handle is generation << 32 | slot index, so a stale handle never
// matches the slot's next tenant. Slots are never given back to the allocator: that is what makes a stale look-up safe.
struct Slot {
  std::atomic<uint32_t> generation{0};
  at::Tensor tensor;
};

constexpr uint32_t kSlotsPerChunk = 4096;
constexpr uint32_t kMaxChunks = 4096;
using Chunk = std::array<Slot, kSlotsPerChunk>;

struct Table {
  std::array<std::atomic<Chunk*>, kMaxChunks> chunks{};
  std::mutex mutex;  // guards used and free
  uint32_t used = 0;
  std::vector<uint32_t> free;
  std::atomic<int64_t> live{0};
};

// Never destroyed: tensors that outlive main must not be released after libtorch's own statics.
Table& table() {
  static Table* const instance = new Table();
  return *instance;
}

uint32_t acquireIndex(Table& t) {
  const std::lock_guard<std::mutex> lock(t.mutex);
  if (!t.free.empty()) {
    const uint32_t index = t.free.back();
    t.free.pop_back();
    return index;
  }
  const uint32_t chunk = t.used / kSlotsPerChunk;
  if (chunk >= kMaxChunks) fail(PT_OUT_OF_MEMORY, "more than 16 million tensors are alive");
  if (t.used % kSlotsPerChunk == 0) {
    t.free.reserve(static_cast<size_t>(chunk + 1) * kSlotsPerChunk);  // so that release cannot fail
    t.chunks[chunk].store(new Chunk(), std::memory_order_release);
  }
  return t.used++;
}

Slot* findSlot(uint64_t handle) {
  const auto index = static_cast<uint32_t>(handle);
  const auto generation = static_cast<uint32_t>(handle >> 32);
  if ((generation & 1u) == 0 || index / kSlotsPerChunk >= kMaxChunks) return nullptr;
  Chunk* chunk = table().chunks[index / kSlotsPerChunk].load(std::memory_order_acquire);
  if (chunk == nullptr) return nullptr;
  Slot& slot = (*chunk)[index % kSlotsPerChunk];
  return slot.generation.load(std::memory_order_acquire) == generation ? &slot : nullptr;
}

}  // namespace

uint64_t add(at::Tensor tensor) {
  Table& t = table();
  const uint32_t index = acquireIndex(t);
  Slot& slot = (*t.chunks[index / kSlotsPerChunk].load(std::memory_order_acquire))[index % kSlotsPerChunk];
  slot.tensor = std::move(tensor);
  const uint32_t generation = slot.generation.load(std::memory_order_relaxed) + 1;
  slot.generation.store(generation, std::memory_order_release);
  t.live.fetch_add(1, std::memory_order_relaxed);
  return static_cast<uint64_t>(generation) << 32 | index;
}

const at::Tensor& get(uint64_t handle, const char* what) {
  Slot* slot = findSlot(handle);
  if (slot == nullptr) {
    fail(PT_INVALID_HANDLE, std::string(what) + (handle == 0 ? ": no tensor was given" : ": the tensor was already released"));
  }
  return slot->tensor;
}

void release(uint64_t handle) {
  Slot* slot = findSlot(handle);
  auto generation = static_cast<uint32_t>(handle >> 32);
  // The exchange decides between two threads that release the same handle at once.
  if (slot == nullptr || !slot->generation.compare_exchange_strong(generation, generation + 1)) {
    fail(PT_INVALID_HANDLE, "the tensor was already released");
  }
  const at::Tensor last = std::move(slot->tensor);  // destroyed after the slot is free again
  Table& t = table();
  t.live.fetch_sub(1, std::memory_order_relaxed);
  const std::lock_guard<std::mutex> lock(t.mutex);
  t.free.push_back(static_cast<uint32_t>(handle));
}

int64_t liveCount() { return table().live.load(std::memory_order_relaxed); }

}  // namespace pipeline::handles
