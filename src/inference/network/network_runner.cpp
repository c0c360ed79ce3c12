#include "inference/network/network_runner.h"

#include <algorithm>
#include <string>

#include "core/error.h"

namespace dju::inference {

NetworkRunner::NetworkRunner(const Network& network, std::size_t items)
    : network_(network), bytes_(network.layout_.sharedBytes + items * network.layout_.ownBytes) {
  const ValueTable::Layout& layout = network.layout_;
  const std::size_t values = layout.offsets.size();
  places_.reserve(items * values);
  for (std::size_t item = 0; item < items; ++item) {
    std::byte* const own = bytes_.data() + layout.sharedBytes + item * layout.ownBytes;
    for (std::size_t i = 0; i < values; ++i) {
      const auto id = static_cast<ValueId>(i);
      const ValueTable::Value& storage = network.values_.at(network.values_.at(id).storage);
      std::byte* const part = layout.own[i] != 0 ? own : bytes_.data();
      places_.push_back(layout.offsets[i] == ValueTable::kConstant ? storage.bytes.data()
                                                                   : part + layout.offsets[i]);
    }
  }
  for (std::size_t item = 0; item < items; ++item)
    memories_.emplace_back(std::span(places_).subspan(item * values, values));
}

template <typename T>
std::span<T> NetworkRunner::elements(std::string_view name, ElementType type,
                                     const std::vector<OnnxValue>& values,
                                     const std::vector<ValueId>& ids, std::size_t item) const {
  const std::size_t first = item * network_.layout_.offsets.size();
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i].name != name || values[i].type != type) continue;
    return {reinterpret_cast<T*>(places_[first + static_cast<std::size_t>(ids[i])]),
            static_cast<std::size_t>(elementsOf(values[i].shape))};
  }
  std::string known;
  for (const OnnxValue& value : values) known += (known.empty() ? "" : ", ") + value.name;
  throw Error(ErrorCode::kNotFound, "the network has no \"" + std::string(name) + "\" of " +
                                        std::string(nameOf(type)) + "; there are " + known);
}

std::span<float> NetworkRunner::input(std::string_view name, std::size_t item) {
  return elements<float>(name, ElementType::kFloat32, network_.inputs_, network_.inputIds_, item);
}

std::span<std::int64_t> NetworkRunner::integerInput(std::string_view name, std::size_t item) {
  return elements<std::int64_t>(name, ElementType::kInt64, network_.inputs_, network_.inputIds_,
                                item);
}

std::span<const float> NetworkRunner::output(std::string_view name, std::size_t item) const {
  return elements<float>(name, ElementType::kFloat32, network_.outputs_, network_.outputIds_, item);
}

void NetworkRunner::fill(std::string_view name, std::span<const float> elements, std::size_t item) {
  const auto copy = [&](auto into) {
    if (into.size() != elements.size())
      throw Error(ErrorCode::kInvalid, "input \"" + std::string(name) + "\" has " +
                                           std::to_string(into.size()) + " elements, " +
                                           std::to_string(elements.size()) + " were given");
    using Element = typename decltype(into)::element_type;
    std::transform(elements.begin(), elements.end(), into.begin(),
                   [](float element) { return static_cast<Element>(element); });
  };
  for (const OnnxValue& input : network_.inputs_)
    if (input.name == name && input.type == ElementType::kInt64)
      return copy(integerInput(name, item));
  copy(input(name, item));
}

// Between operators that join items each item goes through all others alone, in the same memory as
// the one before, while it is in the cache.
void NetworkRunner::run(std::size_t items) noexcept {
  const Batch batch{std::span<const Memory>(memories_).first(items),
                    network_.layout_.ownBytes / sizeof(float)};
  const auto& operators = network_.operators_;
  for (auto next = operators.begin(); next != operators.end();) {
    const auto joins = [](const OperatorPtr& each) { return each->joinsItems(); };
    const auto joining = std::find_if(next, operators.end(), joins);
    for (const Memory& memory : batch.items)
      for (auto each = next; each != joining; ++each) (*each)->run(memory);
    if (joining == operators.end()) return;
    (*joining)->runTogether(batch);
    next = joining + 1;
  }
}

}  // namespace dju::inference
