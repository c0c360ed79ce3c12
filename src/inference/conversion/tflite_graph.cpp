#include "inference/conversion/tflite_graph.h"

namespace dju::inference {

const Shape TfliteGraph::shapeOf(Index tensor) const {
  const auto& shape = model_.tensors[static_cast<std::size_t>(tensor)].shape;
  return {shape.begin(), shape.end()};
}

TfliteGraph::Index TfliteGraph::tensor(const Shape& shape, TfliteType type,
                                       const std::string& name) {
  model_.tensors.push_back({name, type, {shape.begin(), shape.end()}, {}});
  return static_cast<Index>(model_.tensors.size() - 1);
}

TfliteGraph::Index TfliteGraph::constant(const Shape& shape, const std::vector<float>& values) {
  const Index made = tensor(shape);
  model_.tensors.back().data.assign(reinterpret_cast<const char*>(values.data()),
                                    values.size() * sizeof(float));
  return made;
}

TfliteGraph::Index TfliteGraph::integers(const Shape& shape,
                                         const std::vector<std::int64_t>& values) {
  const std::vector<std::int32_t> small(values.begin(), values.end());
  const Index made = tensor(shape, TfliteType::kInt32);
  model_.tensors.back().data.assign(reinterpret_cast<const char*>(small.data()),
                                    small.size() * sizeof(std::int32_t));
  return made;
}

TfliteGraph::Index TfliteGraph::add(TfliteOp op, std::vector<Index> inputs, const Shape& shape,
                                    TfliteOptions options, std::vector<TfliteField> fields) {
  const Index made = tensor(shape);
  model_.nodes.push_back({op, std::move(inputs), {made}, options, std::move(fields)});
  return made;
}

TfliteGraph::Index TfliteGraph::sum(Index x, Index y) {
  return add(TfliteOp::kAdd, {x, y}, shapeOf(x), TfliteOptions::kAdd);
}

TfliteGraph::Index TfliteGraph::product(Index x, Index y) {
  return add(TfliteOp::kMul, {x, y}, shapeOf(x), TfliteOptions::kMul);
}

TfliteGraph::Index TfliteGraph::reshaped(Index x, const Shape& shape) {
  return add(TfliteOp::kReshape, {x, integers(shape)}, shape, TfliteOptions::kReshape);
}

TfliteGraph::Index TfliteGraph::truncated(Index x) {
  const Index made = tensor(shapeOf(x), TfliteType::kInt32);
  model_.nodes.push_back({TfliteOp::kCast, {x}, {made}, TfliteOptions::kNone, {}});
  return made;
}

TfliteGraph::Index TfliteGraph::transposed(Index x, const std::vector<std::int64_t>& order) {
  const Shape from = shapeOf(x);
  Shape shape;
  for (const std::int64_t axis : order) shape.push_back(from[static_cast<std::size_t>(axis)]);
  return add(TfliteOp::kTranspose, {x, integers(order)}, shape, TfliteOptions::kTranspose);
}

TfliteGraph::Index TfliteGraph::sliced(Index x, const std::vector<std::int64_t>& first,
                                       const Shape& shape) {
  return add(TfliteOp::kSlice, {x, integers(first), integers(shape)}, shape, TfliteOptions::kSlice);
}

TfliteGraph::Index TfliteGraph::joined(const std::vector<Index>& parts, std::int64_t axis) {
  Shape shape = shapeOf(parts.front());
  auto& size = shape[static_cast<std::size_t>(axis)];
  size = 0;
  for (const Index part : parts) size += shapeOf(part)[static_cast<std::size_t>(axis)];
  return add(TfliteOp::kConcatenation, parts, shape, TfliteOptions::kConcatenation,
             {{0, static_cast<std::int32_t>(axis)}});
}

TfliteGraph::Index TfliteGraph::dense(Index x, Index weights, Index bias, std::int64_t out) {
  Shape shape = shapeOf(x);
  shape.back() = out;
  constexpr std::uint16_t kKeepDimensions = 2;
  return add(TfliteOp::kFullyConnected, {x, weights, bias}, shape, TfliteOptions::kFullyConnected,
             {{kKeepDimensions, true}});
}

}  // namespace dju::inference
