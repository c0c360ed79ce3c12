#include "inference/network/value_table.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "core/error.h"

namespace dju::inference {
namespace {

std::size_t roundedUp(std::size_t bytes) {
  // A line more, for vectors that read past the end.
  return (bytes + kCacheLine - 1) / kCacheLine * kCacheLine + kCacheLine;
}

}  // namespace

ValueId ValueTable::add(Value value) {
  const auto id = static_cast<ValueId>(values_.size());
  if (!value.name.empty() && !byName_.emplace(value.name, id).second)
    throw Error(ErrorCode::kInvalid, "two tensors are called \"" + value.name + "\"");
  value.firstStep = value.lastStep = step_;
  values_.push_back(std::move(value));
  return id;
}

void ValueTable::addConstant(const OnnxTensor& tensor) {
  Value value;
  value.name = tensor.name;
  value.type = tensor.type;
  value.shape = tensor.shape;
  value.storage = static_cast<ValueId>(values_.size());
  value.source = &tensor;
  value.constant = true;
  add(std::move(value));
}

void ValueTable::addConstant(const std::string& name, const Shape& shape,
                             const std::vector<float>& elements) {
  Value value;
  value.name = name;
  value.shape = shape;
  value.storage = static_cast<ValueId>(values_.size());
  value.constant = true;
  value.bytes = AlignedBytes(elements.size() * sizeof(float));
  std::memcpy(value.bytes.data(), elements.data(), value.bytes.size());
  add(std::move(value));
}

ValueId ValueTable::addRunning(const std::string& name, ElementType type, const Shape& shape) {
  Value value;
  value.name = name;
  value.type = type;
  value.shape = shape;
  value.storage = static_cast<ValueId>(values_.size());
  // Quantised elements are held as the floats that they stand for (operators/quantise.cpp).
  const std::size_t element = type == ElementType::kInt64 ? 8 : sizeof(float);
  value.size = static_cast<std::size_t>(elementsOf(shape)) * element;
  return add(std::move(value));
}

ValueId ValueTable::addScratch(std::size_t floats) {
  return addRunning("", ElementType::kFloat32, {static_cast<std::int64_t>(floats)});
}

void ValueTable::addAlias(const std::string& name, ElementType type, const Shape& shape,
                          ValueId of) {
  Value value;
  value.name = name;
  value.type = type;
  value.shape = shape;
  value.storage = at(of).storage;
  value.constant = at(of).constant;
  add(std::move(value));
}

ValueId ValueTable::find(const std::string& name) const {
  const auto found = byName_.find(name);
  if (found == byName_.end())
    throw Error(ErrorCode::kInvalid, "tensor \"" + name + "\" is used before it is made");
  return found->second;
}

ValueId ValueTable::toRead(ValueId id) {
  Value& value = storageOf(id);
  value.lastStep = std::max(value.lastStep, step_);
  if (value.constant && value.bytes.data() == nullptr) {
    const std::vector<float> elements = value.source->floats();
    value.bytes = AlignedBytes(elements.size() * sizeof(float));
    std::memcpy(value.bytes.data(), elements.data(), value.bytes.size());
  }
  return id;
}

std::vector<float> ValueTable::floatsOf(ValueId id) const {
  const Value& value = at(at(id).storage);
  if (value.source != nullptr) return value.source->floats();
  const auto* first = reinterpret_cast<const float*>(value.bytes.data());
  return {first, first + value.bytes.size() / sizeof(float)};
}

void ValueTable::keep(ValueId id) {
  storageOf(id).lastStep = std::numeric_limits<std::size_t>::max();
}

void ValueTable::forgetSources() {
  for (Value& value : values_) value.source = nullptr;
}

// Largest first, each at the lowest place of its part where nothing that lives at the same time
// lies.
ValueTable::Layout ValueTable::layout(const std::vector<std::size_t>& joins) const {
  Layout layout;
  layout.offsets.assign(values_.size(), kConstant);
  std::vector<std::size_t> order;
  for (const Value& value : values_) {
    layout.constantBytes += value.bytes.size();
    if (value.size > 0) order.push_back(static_cast<std::size_t>(value.storage));
    const auto join = std::lower_bound(joins.begin(), joins.end(), value.firstStep);
    const bool kept = value.lastStep == std::numeric_limits<std::size_t>::max();
    layout.own.push_back(kept || (join != joins.end() && *join <= value.lastStep));
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](auto a, auto b) { return values_[a].size > values_[b].size; });
  std::vector<std::size_t> placed;  // by offset
  for (const std::size_t i : order) {
    std::size_t offset = 0;
    for (const std::size_t other : placed) {
      const bool together = layout.own[other] == layout.own[i] &&
                            values_[other].firstStep <= values_[i].lastStep &&
                            values_[i].firstStep <= values_[other].lastStep;
      if (!together) continue;
      if (offset + roundedUp(values_[i].size) <= layout.offsets[other]) break;
      offset = std::max(offset, layout.offsets[other] + roundedUp(values_[other].size));
    }
    layout.offsets[i] = offset;
    std::size_t& bytes = layout.own[i] != 0 ? layout.ownBytes : layout.sharedBytes;
    bytes = std::max(bytes, offset + roundedUp(values_[i].size));
    placed.insert(
        std::upper_bound(placed.begin(), placed.end(), i,
                         [&](auto a, auto b) { return layout.offsets[a] < layout.offsets[b]; }),
        i);
  }
  for (std::size_t i = 0; i < values_.size(); ++i) {
    const auto storage = static_cast<std::size_t>(values_[i].storage);
    layout.offsets[i] = layout.offsets[storage];
    layout.own[i] = layout.own[storage];
  }
  return layout;
}

}  // namespace dju::inference
