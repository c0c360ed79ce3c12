#include "inference/network/network_runner.h"

#include <algorithm>
#include <string>

#include "core/error.h"

namespace dju::inference {

NetworkRunner::NetworkRunner(const Network& network)
    : network_(network), bytes_(network.layout_.bytes) {
  for (std::size_t i = 0; i < network.layout_.offsets.size(); ++i) {
    const auto id = static_cast<ValueId>(i);
    const std::size_t offset = network.layout_.offsets[i];
    const ValueTable::Value& storage = network.values_.at(network.values_.at(id).storage);
    places_.push_back(offset == ValueTable::kConstant ? storage.bytes.data()
                                                      : bytes_.data() + offset);
  }
}

std::byte* NetworkRunner::place(std::string_view name, ElementType type,
                                const std::vector<OnnxValue>& values,
                                const std::vector<ValueId>& ids, std::size_t& elements) const {
  std::string known;
  for (std::size_t i = 0; i < values.size(); ++i) {
    known += (known.empty() ? "" : ", ") + values[i].name;
    if (values[i].name != name || values[i].type != type) continue;
    elements = static_cast<std::size_t>(elementsOf(values[i].shape));
    return places_[static_cast<std::size_t>(ids[i])];
  }
  throw Error(ErrorCode::kNotFound, "the network has no \"" + std::string(name) + "\" of " +
                                        std::string(nameOf(type)) + "; there are " + known);
}

std::span<float> NetworkRunner::input(std::string_view name) {
  std::size_t elements = 0;
  auto* first = place(name, ElementType::kFloat32, network_.inputs_, network_.inputIds_, elements);
  return {reinterpret_cast<float*>(first), elements};
}

std::span<std::int64_t> NetworkRunner::integerInput(std::string_view name) {
  std::size_t elements = 0;
  auto* first = place(name, ElementType::kInt64, network_.inputs_, network_.inputIds_, elements);
  return {reinterpret_cast<std::int64_t*>(first), elements};
}

std::span<const float> NetworkRunner::output(std::string_view name) const {
  std::size_t elements = 0;
  const auto* first =
      place(name, ElementType::kFloat32, network_.outputs_, network_.outputIds_, elements);
  return {reinterpret_cast<const float*>(first), elements};
}

void NetworkRunner::fill(std::string_view name, std::span<const float> elements) {
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
    if (input.name == name && input.type == ElementType::kInt64) return copy(integerInput(name));
  copy(input(name));
}

void NetworkRunner::run() noexcept {
  const Memory memory(places_);
  for (const OperatorPtr& each : network_.operators_) each->run(memory);
}

}  // namespace dju::inference
