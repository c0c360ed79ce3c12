// A model in ONNX terms (onnx.ai/onnx/repo-docs/IR.html), as much of it as we write: one graph of
// nodes in the order in which they run, constants (initializers), and inputs and outputs whose
// shapes are numbers. Plain values; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace dju::inference {

using Shape = std::vector<std::int64_t>;

// The numbers are ONNX' own (TensorProto.DataType).
enum class ElementType : std::int32_t {
  kFloat32 = 1,
  kUint8 = 2,
  kInt8 = 3,
  kInt32 = 6,
  kInt64 = 7,
  kFloat16 = 10,
};
std::size_t bytesOf(ElementType type);
std::string_view nameOf(ElementType type);

std::int64_t elementsOf(const Shape& shape);
std::string textOf(const Shape& shape);  // "[1, 64, 84]"

struct OnnxTensor {
  std::string name;
  ElementType type = ElementType::kFloat32;
  Shape shape;
  std::string data;  // little-endian, row-major

  // The elements as floats (of float32, float16) or integers (of the others). Throws
  // Error(kInvalid) when they are of the other kind.
  std::vector<float> floats() const;
  std::vector<std::int64_t> integers() const;
  static OnnxTensor of(std::string name, const Shape& shape, std::span<const float> values);
  static OnnxTensor of(std::string name, const Shape& shape, std::span<const std::int64_t> values);
};

using OnnxAttribute = std::variant<std::int64_t, float, std::string, std::vector<std::int64_t>>;
using OnnxAttributes = std::map<std::string, OnnxAttribute>;

struct OnnxNode {
  std::string name;
  std::string op;
  std::vector<std::string> inputs;  // "" = an optional one that is left out
  std::vector<std::string> outputs;
  OnnxAttributes attributes;
};

struct OnnxValue {
  std::string name;
  ElementType type = ElementType::kFloat32;
  Shape shape;
};

struct OnnxModel {
  std::int64_t opset = 17;
  std::string graph;  // its name
  std::vector<OnnxNode> nodes;
  std::vector<OnnxTensor> constants;
  std::vector<OnnxValue> inputs, outputs;
  std::map<std::string, std::string> metadata;
};

}  // namespace dju::inference
