#include <algorithm>
#include <fstream>
#include <sstream>
#include <utility>

#include "inference/onnx/onnx_fields.h"
#include "inference/onnx/onnx_file.h"
#include "inference/onnx/protobuf.h"

namespace dju::inference {
namespace {

namespace fields = onnx_fields;

constexpr std::size_t kMaxParts = 65536;  // nodes, constants
constexpr std::size_t kMaxDimensions = 8;
constexpr std::int64_t kMaxElements = std::int64_t{1} << 31;

[[noreturn]] void fail(const std::string& what) {
  throw Error(ErrorCode::kInvalid, what);
}

[[noreturn]] void unsupported(const std::string& what) {
  throw Error(ErrorCode::kUnsupported, what);
}

ElementType typeOf(std::int64_t number, const std::string& where) {
  switch (number) {
    case 1:
    case 2:
    case 3:
    case 6:
    case 7:
    case 10:
      return static_cast<ElementType>(number);
    default:
      unsupported(where + ": element type " + std::to_string(number) +
                  "; known are float32, float16, uint8, int8, int32 and int64");
  }
}

void checkShape(const Shape& shape, const std::string& where) {
  if (shape.size() > kMaxDimensions)
    fail(where + ": " + std::to_string(shape.size()) + " dimensions, at most 8 are taken");
  std::int64_t count = 1;
  for (const std::int64_t size : shape) {
    if (size < 1 || size > kMaxElements / count)
      fail(where + ": shape " + textOf(shape) + "; sizes are at least 1, elements at most 2^31");
    count *= size;
  }
}

// The element types that float_data, int32_data and int64_data may hold.
void appendElement(OnnxTensor& tensor, std::int64_t value) {
  for (std::size_t i = 0; i < bytesOf(tensor.type); ++i)
    tensor.data += static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i));
}

void takeTensorField(const ProtobufReader& reader, OnnxTensor& tensor) {
  switch (reader.field()) {
    case fields::tensor::kDimensions:
      reader.integers([&](std::int64_t size) {
        if (tensor.shape.size() > kMaxDimensions) fail("a tensor of more than 8 dimensions");
        tensor.shape.push_back(size);
      });
      break;
    case fields::tensor::kType:
      tensor.type = typeOf(reader.integer(), "a tensor");
      break;
    case fields::tensor::kName:
      tensor.name = reader.bytes();
      break;
    case fields::tensor::kRaw:
      tensor.data = reader.bytes();
      break;
    case fields::tensor::kLocation:
      if (reader.integer() != 0) unsupported("a tensor outside of the file");
      break;
    default:
      break;
  }
}

OnnxTensor tensorIn(std::string_view message) {
  OnnxTensor tensor;
  for (ProtobufReader reader(message); reader.next();) takeTensorField(reader, tensor);
  // Typed elements in a second pass: the type may stand behind them.
  for (ProtobufReader reader(message); reader.next();) {
    if (reader.field() == fields::tensor::kFloats) {
      if (tensor.type != ElementType::kFloat32) fail("tensor \"" + tensor.name + "\": float_data");
      reader.floats([&](float value) {
        tensor.data.append(reinterpret_cast<const char*>(&value), sizeof value);
      });
    } else if (reader.field() == fields::tensor::kInt32s ||
               reader.field() == fields::tensor::kInt64s) {
      reader.integers([&](std::int64_t value) { appendElement(tensor, value); });
    }
  }
  const std::string where = "tensor \"" + tensor.name + "\"";
  checkShape(tensor.shape, where);
  const auto bytes = static_cast<std::size_t>(elementsOf(tensor.shape)) * bytesOf(tensor.type);
  if (tensor.data.size() != bytes)
    fail(where + " of shape " + textOf(tensor.shape) + " has " +
         std::to_string(tensor.data.size()) + " bytes, needs " + std::to_string(bytes));
  return tensor;
}

void addAttribute(std::string_view message, OnnxNode& node) {
  std::string name;
  std::int64_t type = 0;
  std::int64_t integer = 0;
  float real = 0;
  std::string text;
  std::vector<std::int64_t> integers;
  for (ProtobufReader reader(message); reader.next();) {
    switch (reader.field()) {
      case fields::attribute::kName:
        name = reader.bytes();
        break;
      case fields::attribute::kType:
        type = reader.integer();
        break;
      case fields::attribute::kInteger:
        integer = reader.integer();
        break;
      case fields::attribute::kFloat:
        real = reader.fixed32();
        break;
      case fields::attribute::kText:
        text = reader.bytes();
        break;
      case fields::attribute::kIntegers:
        reader.integers([&](std::int64_t value) {
          if (integers.size() >= kMaxParts) fail("attribute \"" + name + "\": too many integers");
          integers.push_back(value);
        });
        break;
      default:
        break;
    }
  }
  OnnxAttribute& value = node.attributes[name];
  if (type == fields::attribute::kTypeInteger) {
    value = integer;
  } else if (type == fields::attribute::kTypeFloat) {
    value = real;
  } else if (type == fields::attribute::kTypeText) {
    value = text;
  } else if (type == fields::attribute::kTypeIntegers) {
    value = integers;
  } else {
    unsupported("attribute \"" + name + "\" of type " + std::to_string(type));
  }
}

OnnxNode nodeIn(std::string_view message) {
  OnnxNode node;
  for (ProtobufReader reader(message); reader.next();) {
    switch (reader.field()) {
      case fields::node::kInput:
        node.inputs.emplace_back(reader.bytes());
        break;
      case fields::node::kOutput:
        node.outputs.emplace_back(reader.bytes());
        break;
      case fields::node::kName:
        node.name = reader.bytes();
        break;
      case fields::node::kOp:
        node.op = reader.bytes();
        break;
      case fields::node::kAttribute:
        addAttribute(reader.bytes(), node);
        break;
      case fields::node::kDomain:
        if (!reader.bytes().empty())
          unsupported("operators of domain \"" + std::string(reader.bytes()) + "\"");
        break;
      default:
        break;
    }
    if (node.inputs.size() + node.outputs.size() > kMaxParts) fail("a node of too many tensors");
  }
  return node;
}

// Calls found(message) for each field of that number.
template <typename Found>
void eachMessage(std::string_view message, std::uint32_t field, Found&& found) {
  for (ProtobufReader reader(message); reader.next();)
    if (reader.field() == field) found(reader.bytes());
}

std::int64_t dimensionIn(std::string_view message, const std::string& name) {
  std::int64_t size = 0;
  for (ProtobufReader reader(message); reader.next();) {
    if (reader.field() == fields::value::kSymbol)
      unsupported("\"" + name + "\": dimension \"" + std::string(reader.bytes()) +
                  "\" is no number; export with fixed shapes");
    if (reader.field() == fields::value::kDimensionSize) size = reader.integer();
  }
  return size;
}

OnnxValue valueIn(std::string_view message) {
  OnnxValue value;
  eachMessage(message, fields::value::kName, [&](auto bytes) { value.name = bytes; });
  bool typed = false;
  eachMessage(message, fields::value::kType, [&](auto type) {
    eachMessage(type, fields::value::kTensorType, [&](auto tensor) {
      typed = true;
      for (ProtobufReader reader(tensor); reader.next();) {
        if (reader.field() == fields::value::kElementType)
          value.type = typeOf(reader.integer(), "\"" + value.name + "\"");
        if (reader.field() != fields::value::kShape) continue;
        eachMessage(reader.bytes(), fields::value::kDimension, [&](auto dimension) {
          if (value.shape.size() > kMaxDimensions) fail("\"" + value.name + "\": 8 dimensions");
          value.shape.push_back(dimensionIn(dimension, value.name));
        });
      }
    });
  });
  if (!typed) unsupported("\"" + value.name + "\" is no tensor");
  checkShape(value.shape, "\"" + value.name + "\"");
  return value;
}

void takeGraph(std::string_view message, OnnxModel& model) {
  for (ProtobufReader reader(message); reader.next();) {
    switch (reader.field()) {
      case fields::graph::kNode:
        model.nodes.push_back(nodeIn(reader.bytes()));
        break;
      case fields::graph::kName:
        model.graph = reader.bytes();
        break;
      case fields::graph::kInitializer:
        model.constants.push_back(tensorIn(reader.bytes()));
        break;
      case fields::graph::kInput:
        model.inputs.push_back(valueIn(reader.bytes()));
        break;
      case fields::graph::kOutput:
        model.outputs.push_back(valueIn(reader.bytes()));
        break;
      case fields::graph::kSparse:
        unsupported("sparse tensors");
      default:
        break;
    }
    if (std::max({model.nodes.size(), model.constants.size(), model.inputs.size(),
                  model.outputs.size()}) > kMaxParts)
      fail("more than " + std::to_string(kMaxParts) + " nodes or tensors");
  }
}

void takeOpset(std::string_view message, OnnxModel& model) {
  std::string domain;
  std::int64_t version = 0;
  for (ProtobufReader reader(message); reader.next();) {
    if (reader.field() == fields::opset::kDomain) domain = reader.bytes();
    if (reader.field() == fields::opset::kVersion) version = reader.integer();
  }
  if (!domain.empty() && domain != "ai.onnx") unsupported("operator set \"" + domain + "\"");
  model.opset = version;
}

void takeMetadata(std::string_view message, OnnxModel& model) {
  std::string key, value;
  for (ProtobufReader reader(message); reader.next();) {
    if (reader.field() == fields::entry::kKey) key = reader.bytes();
    if (reader.field() == fields::entry::kValue) value = reader.bytes();
  }
  model.metadata[key] = value;
}

OnnxModel modelIn(std::string_view bytes) {
  OnnxModel model;
  model.opset = 0;
  bool whole = false;
  for (ProtobufReader reader(bytes); reader.next();) {
    switch (reader.field()) {
      case fields::model::kGraph:
        if (std::exchange(whole, true)) fail("two graphs");
        takeGraph(reader.bytes(), model);
        break;
      case fields::model::kOpset:
        takeOpset(reader.bytes(), model);
        break;
      case fields::model::kMetadata:
        takeMetadata(reader.bytes(), model);
        break;
      case fields::model::kTraining:
      case fields::model::kFunctions:
        unsupported("training information or functions");
      default:
        break;
    }
  }
  if (!whole) fail("no graph");
  if (model.opset < 13 || model.opset > 17)
    unsupported("operator set " + std::to_string(model.opset) + "; 13 to 17 are known");
  return model;
}

}  // namespace

Result<OnnxModel> parseOnnx(std::string_view bytes) {
  if (bytes.size() > kMaxOnnxBytes)
    return Error(ErrorCode::kTooLarge,
                 "ONNX: " + std::to_string(bytes.size()) + " bytes, at most 256 MiB are taken");
  try {
    return modelIn(bytes);
  } catch (const Error& error) {
    return Error(error.code(), std::string("ONNX: ") + error.what());
  }
}

OnnxModel readOnnx(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream bytes;
  if (!in || !(bytes << in.rdbuf()))
    throw Error(ErrorCode::kNotFound, file.string() + ": cannot be read");
  auto model = parseOnnx(bytes.view());
  if (!model) throw Error(model.error().code(), file.string() + ": " + model.error().what());
  return std::move(model).valueOrThrow();
}

}  // namespace dju::inference
