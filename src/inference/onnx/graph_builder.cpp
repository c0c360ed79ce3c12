#include "inference/onnx/graph_builder.h"

#include <algorithm>

namespace dju::inference {

std::string GraphBuilder::fresh(const std::string& what) {
  return what + "_" + std::to_string(count_++);
}

std::string GraphBuilder::input(const std::string& name, const Shape& shape, ElementType type) {
  model_.inputs.push_back({name, type, shape});
  return name;
}

void GraphBuilder::output(const std::string& value, const std::string& name, const Shape& shape) {
  for (OnnxNode& node : model_.nodes) {
    std::replace(node.outputs.begin(), node.outputs.end(), value, name);
    std::replace(node.inputs.begin(), node.inputs.end(), value, name);
  }
  model_.outputs.push_back({name, ElementType::kFloat32, shape});
}

std::string GraphBuilder::add(const std::string& op, std::vector<std::string> inputs,
                              OnnxAttributes attributes) {
  return addTakingOutput(0, op, std::move(inputs), std::move(attributes));
}

std::string GraphBuilder::addTakingOutput(std::size_t output, const std::string& op,
                                          std::vector<std::string> inputs,
                                          OnnxAttributes attributes) {
  const std::string name = fresh(op);
  std::vector<std::string> outputs(output + 1);
  outputs.back() = name;
  model_.nodes.push_back({name, op, std::move(inputs), std::move(outputs), std::move(attributes)});
  return name;
}

std::string GraphBuilder::constant(const Shape& shape, std::span<const float> values) {
  model_.constants.push_back(OnnxTensor::of(fresh("weights"), shape, values));
  return model_.constants.back().name;
}

std::string GraphBuilder::integers(const Shape& shape, std::span<const std::int64_t> values) {
  model_.constants.push_back(OnnxTensor::of(fresh("integers"), shape, values));
  return model_.constants.back().name;
}

std::string GraphBuilder::integers(const std::vector<std::int64_t>& values) {
  return integers({static_cast<std::int64_t>(values.size())}, values);
}

std::string GraphBuilder::reshaped(const std::string& x, const Shape& shape) {
  return add("Reshape", {x, integers(shape)});
}

std::string GraphBuilder::transposed(const std::string& x, const std::vector<std::int64_t>& order) {
  return add("Transpose", {x}, {{"perm", order}});
}

std::string GraphBuilder::sliced(const std::string& x, std::int64_t axis, std::int64_t first,
                                 std::int64_t count) {
  return add("Slice", {x, integers({first}), integers({first + count}), integers({axis})});
}

}  // namespace dju::inference
