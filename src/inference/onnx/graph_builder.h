// Writes a graph node by node, as one would write the arithmetic: each call adds a node and gives
// the name of its output.
//
//   GraphBuilder graph("technical");
//   const std::string x = graph.input("features", {1, 1024, 96});
//   graph.output(graph.add("Relu", {x}), "scores", {1, 4});
//   std::string bytes = onnxBytesOf(graph.model());
//
// Callers: learning/export/, tests. One instance, one thread.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "inference/onnx/onnx_model.h"

namespace dju::inference {

class GraphBuilder {
 public:
  explicit GraphBuilder(std::string name) { model_.graph = std::move(name); }

  std::string input(const std::string& name, const Shape& shape,
                    ElementType type = ElementType::kFloat32);
  // Names what a node gave and makes it an output of the graph.
  void output(const std::string& value, const std::string& name, const Shape& shape);

  std::string add(const std::string& op, std::vector<std::string> inputs,
                  OnnxAttributes attributes = {});
  // A node of several outputs; `output` is the one that is wanted, the ones before it are left out.
  std::string addTakingOutput(std::size_t output, const std::string& op,
                              std::vector<std::string> inputs, OnnxAttributes attributes = {});

  std::string constant(const Shape& shape, std::span<const float> values);
  std::string constant(float value) { return constant({}, std::span(&value, 1)); }
  std::string integers(const std::vector<std::int64_t>& values);
  std::string integers(const Shape& shape, std::span<const std::int64_t> values);

  // What many nodes are built from.
  std::string reshaped(const std::string& x, const Shape& shape);
  std::string transposed(const std::string& x, const std::vector<std::int64_t>& order);
  std::string sliced(const std::string& x, std::int64_t axis, std::int64_t first,
                     std::int64_t count);

  OnnxModel& model() { return model_; }

 private:
  std::string fresh(const std::string& what);

  OnnxModel model_;
  int count_ = 0;
};

}  // namespace dju::inference
