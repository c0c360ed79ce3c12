#include "inference/onnx/onnx_model.h"

#include <bit>
#include <cstring>

#include "core/error.h"
#include "core/half.h"

namespace dju::inference {
namespace {

static_assert(std::endian::native == std::endian::little, "tensors are little-endian");

template <typename Stored, typename Out>
void append(const std::string& data, std::vector<Out>& out) {
  for (std::size_t at = 0; at + sizeof(Stored) <= data.size(); at += sizeof(Stored)) {
    Stored value;
    std::memcpy(&value, data.data() + at, sizeof value);
    out.push_back(static_cast<Out>(value));
  }
}

[[noreturn]] void wrongKind(const OnnxTensor& tensor, const char* wanted) {
  throw Error(ErrorCode::kInvalid, "tensor \"" + tensor.name + "\" is of " +
                                       std::string(nameOf(tensor.type)) + ", " + wanted +
                                       " are needed here");
}

template <typename Value>
OnnxTensor tensorOf(std::string name, ElementType type, const Shape& shape,
                    std::span<const Value> values) {
  if (elementsOf(shape) != static_cast<std::int64_t>(values.size()))
    throw Error(ErrorCode::kInternal, "tensor \"" + name + "\" of shape " + textOf(shape) +
                                          " from " + std::to_string(values.size()) + " values");
  OnnxTensor tensor{std::move(name), type, shape, {}};
  tensor.data.assign(reinterpret_cast<const char*>(values.data()), values.size_bytes());
  return tensor;
}

}  // namespace

std::size_t bytesOf(ElementType type) {
  switch (type) {
    case ElementType::kUint8:
    case ElementType::kInt8:
      return 1;
    case ElementType::kFloat16:
      return 2;
    case ElementType::kFloat32:
    case ElementType::kInt32:
      return 4;
    case ElementType::kInt64:
      return 8;
  }
  throw Error(ErrorCode::kInternal, "element type " + std::to_string(static_cast<int>(type)));
}

std::string_view nameOf(ElementType type) {
  switch (type) {
    case ElementType::kFloat32:
      return "float32";
    case ElementType::kUint8:
      return "uint8";
    case ElementType::kInt8:
      return "int8";
    case ElementType::kInt32:
      return "int32";
    case ElementType::kInt64:
      return "int64";
    case ElementType::kFloat16:
      return "float16";
  }
  return "unknown";
}

std::int64_t elementsOf(const Shape& shape) {
  std::int64_t count = 1;
  for (const std::int64_t size : shape) count *= size;
  return count;
}

std::string textOf(const Shape& shape) {
  std::string text = "[";
  for (const std::int64_t size : shape) {
    if (text.size() > 1) text += ", ";
    text += std::to_string(size);
  }
  return text + "]";
}

std::vector<float> OnnxTensor::floats() const {
  std::vector<float> values;
  if (type == ElementType::kFloat32) {
    append<float>(data, values);
  } else if (type == ElementType::kFloat16) {
    std::vector<std::uint16_t> halves;
    append<std::uint16_t>(data, halves);
    for (const std::uint16_t half : halves) values.push_back(floatOfHalf(half));
  } else {
    wrongKind(*this, "floats");
  }
  return values;
}

std::vector<std::int64_t> OnnxTensor::integers() const {
  std::vector<std::int64_t> values;
  switch (type) {
    case ElementType::kUint8:
      append<std::uint8_t>(data, values);
      break;
    case ElementType::kInt8:
      append<std::int8_t>(data, values);
      break;
    case ElementType::kInt32:
      append<std::int32_t>(data, values);
      break;
    case ElementType::kInt64:
      append<std::int64_t>(data, values);
      break;
    default:
      wrongKind(*this, "integers");
  }
  return values;
}

OnnxTensor OnnxTensor::of(std::string name, const Shape& shape, std::span<const float> values) {
  return tensorOf(std::move(name), ElementType::kFloat32, shape, values);
}

OnnxTensor OnnxTensor::of(std::string name, const Shape& shape,
                          std::span<const std::int64_t> values) {
  return tensorOf(std::move(name), ElementType::kInt64, shape, values);
}

}  // namespace dju::inference
