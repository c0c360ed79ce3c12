#include "inference/network/operator_context.h"

#include "core/error.h"

namespace dju::inference {

void OperatorContext::refuse(const std::string& what) const {
  throw Error(ErrorCode::kUnsupported, "node \"" + node_.name + "\" (" + node_.op + "): " + what);
}

bool OperatorContext::given(std::size_t input) const {
  return input < node_.inputs.size() && !node_.inputs[input].empty();
}

ValueId OperatorContext::valueOf(std::size_t input) const {
  if (!given(input)) refuse("input " + std::to_string(input) + " is missing");
  try {
    return values_.find(node_.inputs[input]);
  } catch (const Error& error) {
    refuse(error.what());
  }
}

const Shape& OperatorContext::shape(std::size_t input) const {
  return values_.at(valueOf(input)).shape;
}

ElementType OperatorContext::type(std::size_t input) const {
  return values_.at(valueOf(input)).type;
}

bool OperatorContext::isConstant(std::size_t input) const {
  return values_.at(valueOf(input)).constant;
}

ValueId OperatorContext::floats(std::size_t input) const {
  if (type(input) != ElementType::kFloat32)
    refuse("input " + std::to_string(input) + " is of " + std::string(nameOf(type(input))) +
           ", must be float32");
  return values_.toRead(valueOf(input));
}

ValueId OperatorContext::integers(std::size_t input) const {
  if (type(input) != ElementType::kInt64 || isConstant(input))
    refuse("input " + std::to_string(input) + " must be an input of int64");
  return values_.toRead(valueOf(input));
}

std::vector<float> OperatorContext::constantFloats(std::size_t input) const {
  if (!isConstant(input)) refuse("input " + std::to_string(input) + " must be constant");
  return values_.floatsOf(valueOf(input));
}

std::vector<std::int64_t> OperatorContext::constantIntegers(std::size_t input) const {
  const ValueTable::Value& value = values_.at(valueOf(input));
  if (value.source == nullptr) refuse("input " + std::to_string(input) + " must be constant");
  return value.source->integers();
}

template <typename T>
T OperatorContext::attribute(const std::string& name, T otherwise) {
  used_.insert(name);
  const auto found = node_.attributes.find(name);
  if (found == node_.attributes.end()) return otherwise;
  const T* value = std::get_if<T>(&found->second);
  if (value == nullptr) refuse("attribute \"" + name + "\" is of another type");
  return *value;
}

std::int64_t OperatorContext::integer(const std::string& name, std::int64_t otherwise) {
  return attribute(name, otherwise);
}

std::string OperatorContext::text(const std::string& name, const std::string& otherwise) {
  return attribute(name, otherwise);
}

std::vector<std::int64_t> OperatorContext::list(const std::string& name,
                                                std::vector<std::int64_t> otherwise) {
  return attribute(name, std::move(otherwise));
}

void OperatorContext::expectAllAttributesUsed() const {
  for (const auto& [name, value] : node_.attributes)
    if (!used_.contains(name)) refuse("attribute \"" + name + "\" is not supported");
}

std::size_t OperatorContext::axis(std::int64_t number) const {
  const auto rank = static_cast<std::int64_t>(shape(0).size());
  if (number < -rank || number >= rank)
    refuse("axis " + std::to_string(number) + " of shape " + textOf(shape(0)));
  return static_cast<std::size_t>(number < 0 ? number + rank : number);
}

const std::string& OperatorContext::outputName() const {
  const std::string* name = nullptr;
  for (const std::string& output : node_.outputs) {
    if (output.empty()) continue;
    if (name != nullptr || &output != &node_.outputs.front())
      refuse("output \"" + output + "\"; only the first is supported");
    name = &output;
  }
  if (name == nullptr) refuse("has no output");
  return *name;
}

ValueId OperatorContext::output(const Shape& shape, ElementType type) {
  constexpr auto kMost = static_cast<std::int64_t>(kMaxRunElements);
  std::int64_t count = 1;
  for (const std::int64_t size : shape) {
    if (size < 1 || size > kMost / count)
      refuse("its output would have the shape " + textOf(shape));
    count *= size;
  }
  return values_.addRunning(outputName(), type, shape);
}

void OperatorContext::setGrid(ValueId output, float scale, float zero) {
  values_.setGrid(output, {scale, zero});
}

bool OperatorContext::hasGrid(std::size_t input, float scale, float zero) const {
  return values_.at(valueOf(input)).grid == ValueTable::Grid{scale, zero};
}

void OperatorContext::outputIsInput(std::size_t input, const Shape& shape, ElementType type) {
  const ValueId id = valueOf(input);
  if (!isConstant(input)) values_.toRead(id);
  values_.addAlias(outputName(), type, shape, id);
}

void OperatorContext::outputIsConstant(const Shape& shape, const std::vector<float>& elements) {
  values_.addConstant(outputName(), shape, elements);
}

ValueId OperatorContext::scratch(std::size_t floats) {
  if (floats > kMaxRunElements)
    refuse("would need " + std::to_string(floats) + " floats to run, at most 2^28 are given");
  return values_.addScratch(floats);
}

}  // namespace dju::inference
