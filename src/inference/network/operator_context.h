// What a file of operators/ sees of its node while the network is loaded: shapes and constants of
// its inputs, its attributes; and what it declares: its outputs, and scratch for run(). Whatever it
// refuses names the node.
//
// Made by Network alone, one for each node. One thread.
#pragma once

#include <set>
#include <string>

#include "inference/network/operator.h"
#include "inference/network/value_table.h"
#include "inference/onnx/onnx_model.h"

namespace dju::inference {

// What a value may have at most, so that a small file cannot ask for all memory there is.
inline constexpr std::size_t kMaxRunElements = std::size_t{1} << 28;

class OperatorContext {
 public:
  OperatorContext(const OnnxNode& node, ValueTable& values, std::int64_t opset)
      : node_(node), values_(values), opset_(opset) {}

  std::int64_t opset() const { return opset_; }
  std::size_t inputs() const { return node_.inputs.size(); }
  bool given(std::size_t input) const;
  const Shape& shape(std::size_t input) const;
  ElementType type(std::size_t input) const;
  bool isConstant(std::size_t input) const;
  // A float tensor or one of int64 that run() will read.
  ValueId floats(std::size_t input) const;
  ValueId integers(std::size_t input) const;
  // The elements of a constant; refuses another.
  std::vector<float> constantFloats(std::size_t input) const;
  std::vector<std::int64_t> constantIntegers(std::size_t input) const;

  // Attributes; one that the node has and nobody asked for is refused by expectAllAttributesUsed().
  std::int64_t integer(const std::string& name, std::int64_t otherwise);
  std::string text(const std::string& name, const std::string& otherwise);
  std::vector<std::int64_t> list(const std::string& name, std::vector<std::int64_t> otherwise);
  void expectAllAttributesUsed() const;
  // An axis of input 0 counted from the front: -1 is the last.
  std::size_t axis(std::int64_t number) const;

  // The only output; a later one is refused. A float tensor that run() fills.
  ValueId output(const Shape& shape, ElementType type = ElementType::kFloat32);
  // The quantised tensor `output` stands for multiples of `scale` from `zero` on, and whether that
  // an input does.
  void setGrid(ValueId output, float scale, float zero);
  bool hasGrid(std::size_t input, float scale, float zero) const;
  // The same elements as an input has, in another shape or by another name.
  void outputIsInput(std::size_t input, const Shape& shape, ElementType type);
  void outputIsConstant(const Shape& shape, const std::vector<float>& elements);
  // Floats that run() alone uses while it runs.
  ValueId scratch(std::size_t floats);

  void require(bool holds, const std::string& what) const {
    if (!holds) refuse(what);
  }
  [[noreturn]] void refuse(const std::string& what) const;

 private:
  template <typename T>
  T attribute(const std::string& name, T otherwise);
  ValueId valueOf(std::size_t input) const;
  const std::string& outputName() const;

  const OnnxNode& node_;
  ValueTable& values_;
  std::int64_t opset_;
  std::set<std::string> used_;
};

}  // namespace dju::inference
