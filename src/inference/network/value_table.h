// The tensors of a network while it is loaded, by name: which are constant, which must live while
// which node runs. From that it lays out the memory of a run, so that tensors which are never
// needed at once share their place.
//
// Used by Network and OperatorContext. One thread.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "inference/network/aligned_bytes.h"
#include "inference/network/operator.h"
#include "inference/onnx/onnx_model.h"

namespace dju::inference {

class ValueTable {
 public:
  static constexpr std::size_t kConstant = static_cast<std::size_t>(-1);

  // What the integers of a quantised tensor stand for: (integer - zero) * scale.
  struct Grid {
    float scale = 0, zero = 0;
    bool operator==(const Grid&) const = default;
  };
  struct Value {
    std::string name;
    ElementType type = ElementType::kFloat32;
    Shape shape;
    Grid grid;
    ValueId storage = 0;                 // whose place it has: its own or another's
    const OnnxTensor* source = nullptr;  // of a constant of the file
    bool constant = false;
    AlignedBytes bytes;    // of a constant, once run() needs it
    std::size_t size = 0;  // bytes in the memory of a run
    std::size_t firstStep = 0, lastStep = 0;
  };

  // Adding: names must be new. Throws Error otherwise.
  void addConstant(const OnnxTensor& tensor);
  void addConstant(const std::string& name, const Shape& shape, const std::vector<float>& elements);
  ValueId addRunning(const std::string& name, ElementType type, const Shape& shape);
  ValueId addScratch(std::size_t floats);
  void addAlias(const std::string& name, ElementType type, const Shape& shape, ValueId of);

  // Throws Error when there is none of this name.
  ValueId find(const std::string& name) const;
  const Value& at(ValueId id) const { return values_[static_cast<std::size_t>(id)]; }
  // A value that run() reads; a constant's elements are laid out when it is first asked for.
  ValueId toRead(ValueId id);
  std::vector<float> floatsOf(ValueId id) const;
  void setGrid(ValueId id, const Grid& grid) { values_[static_cast<std::size_t>(id)].grid = grid; }

  // Node `step` is being made: what is read or added now must live until it has run.
  void beginStep(std::size_t step) { step_ = step; }
  // To be kept until the end of a run.
  void keep(ValueId id);

  // In the memory of a run a part is each item's own, and one is for whichever item runs.
  struct Layout {
    std::vector<std::size_t> offsets;  // by ValueId, bytes in its part; kConstant for constants
    std::vector<char> own;             // by ValueId: whether it lies in the item's own part
    std::size_t ownBytes = 0, sharedBytes = 0;
    std::size_t constantBytes = 0;
  };
  // joins: the nodes, in order, before which and after which all items of a batch stand at the same
  // place. An item's own is what it keeps beyond these.
  Layout layout(const std::vector<std::size_t>& joins) const;
  // The file that constants came from may go now.
  void forgetSources();

 private:
  ValueId add(Value value);
  Value& storageOf(ValueId id) {
    return values_[static_cast<std::size_t>(values_[static_cast<std::size_t>(id)].storage)];
  }

  // References to values outlive the adding of others: operators hold shapes while they add
  // scratch.
  std::deque<Value> values_;
  std::map<std::string, ValueId> byName_;
  std::size_t step_ = 0;
};

}  // namespace dju::inference
