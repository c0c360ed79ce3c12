// One node of a network, made ready: shapes are known, weights lie as the arithmetic wants them,
// and run() only computes. Files in operators/ make them; Network (network.h) owns them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace dju::inference {

// A tensor of the network: constant, or somewhere in the memory of a run.
using ValueId = std::int32_t;

// Where the values of one item lie, by ValueId. Each has room for kReadAhead floats behind it.
class Memory {
 public:
  // places: one a value; they outlive the memory.
  explicit Memory(std::span<std::byte* const> places) : places_(places) {}
  const float* floats(ValueId id) const { return reinterpret_cast<const float*>(at(id)); }
  float* floatsToWrite(ValueId id) const { return reinterpret_cast<float*>(at(id)); }
  const std::int64_t* integers(ValueId id) const {
    return reinterpret_cast<const std::int64_t*>(at(id));
  }
  std::int64_t* integersToWrite(ValueId id) const {
    return reinterpret_cast<std::int64_t*>(at(id));
  }

 private:
  std::byte* at(ValueId id) const { return places_[static_cast<std::size_t>(id)]; }
  std::span<std::byte* const> places_;
};

// Items that run together, at least one. What an operator that joins them reads and writes of one
// lies `stride` floats behind the same of the one before; constants are those of all.
struct Batch {
  std::span<const Memory> items;
  std::size_t stride = 0;
};

// Immutable; run() from any thread, each with a memory of its own. Allocates nothing, calls
// neither the system nor libm.
class Operator {
 public:
  virtual ~Operator() = default;
  virtual void run(const Memory& memory) const noexcept = 0;
  // Whether it has its own way with several items, which is faster. Does not change.
  virtual bool joinsItems() const noexcept { return false; }
  // Gives the bits that run() gives each item alone.
  virtual void runTogether(const Batch& batch) const noexcept {
    for (const Memory& memory : batch.items) run(memory);
  }
};

using OperatorPtr = std::unique_ptr<Operator>;

}  // namespace dju::inference
