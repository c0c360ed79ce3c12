#include "inference/onnx/onnx_fields.h"
#include "inference/onnx/onnx_file.h"
#include "inference/onnx/protobuf.h"

namespace dju::inference {
namespace {

namespace fields = onnx_fields;

constexpr std::int64_t kIrVersion = 8;

ProtobufWriter tensorMessage(const OnnxTensor& tensor) {
  ProtobufWriter out;
  for (const std::int64_t size : tensor.shape) out.varint(fields::tensor::kDimensions, size);
  out.varint(fields::tensor::kType, static_cast<std::int64_t>(tensor.type));
  out.bytes(fields::tensor::kName, tensor.name);
  out.bytes(fields::tensor::kRaw, tensor.data);
  return out;
}

ProtobufWriter attributeMessage(const std::string& name, const OnnxAttribute& value) {
  ProtobufWriter out;
  out.bytes(fields::attribute::kName, name);
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    out.varint(fields::attribute::kInteger, *integer);
    out.varint(fields::attribute::kType, fields::attribute::kTypeInteger);
  } else if (const auto* real = std::get_if<float>(&value)) {
    out.fixed32(fields::attribute::kFloat, *real);
    out.varint(fields::attribute::kType, fields::attribute::kTypeFloat);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    out.bytes(fields::attribute::kText, *text);
    out.varint(fields::attribute::kType, fields::attribute::kTypeText);
  } else {
    for (const std::int64_t each : std::get<std::vector<std::int64_t>>(value))
      out.varint(fields::attribute::kIntegers, each);
    out.varint(fields::attribute::kType, fields::attribute::kTypeIntegers);
  }
  return out;
}

ProtobufWriter nodeMessage(const OnnxNode& node) {
  ProtobufWriter out;
  for (const std::string& input : node.inputs) out.bytes(fields::node::kInput, input);
  for (const std::string& output : node.outputs) out.bytes(fields::node::kOutput, output);
  out.bytes(fields::node::kName, node.name);
  out.bytes(fields::node::kOp, node.op);
  for (const auto& [name, value] : node.attributes)
    out.message(fields::node::kAttribute, attributeMessage(name, value));
  return out;
}

ProtobufWriter valueMessage(const OnnxValue& value) {
  ProtobufWriter shape;
  for (const std::int64_t size : value.shape) {
    ProtobufWriter dimension;
    dimension.varint(fields::value::kDimensionSize, size);
    shape.message(fields::value::kDimension, dimension);
  }
  ProtobufWriter tensor, type, out;
  tensor.varint(fields::value::kElementType, static_cast<std::int64_t>(value.type));
  tensor.message(fields::value::kShape, shape);
  type.message(fields::value::kTensorType, tensor);
  out.bytes(fields::value::kName, value.name);
  out.message(fields::value::kType, type);
  return out;
}

ProtobufWriter graphMessage(const OnnxModel& model) {
  ProtobufWriter out;
  for (const OnnxNode& node : model.nodes) out.message(fields::graph::kNode, nodeMessage(node));
  out.bytes(fields::graph::kName, model.graph);
  for (const OnnxTensor& constant : model.constants)
    out.message(fields::graph::kInitializer, tensorMessage(constant));
  for (const OnnxValue& input : model.inputs)
    out.message(fields::graph::kInput, valueMessage(input));
  for (const OnnxValue& output : model.outputs)
    out.message(fields::graph::kOutput, valueMessage(output));
  return out;
}

}  // namespace

std::string onnxBytesOf(const OnnxModel& model) {
  ProtobufWriter opset, out;
  opset.bytes(fields::opset::kDomain, "");
  opset.varint(fields::opset::kVersion, model.opset);
  out.varint(fields::model::kIrVersion, kIrVersion);
  out.bytes(fields::model::kProducer, "dju");
  out.bytes(fields::model::kProducerVersion, DJU_VERSION);
  out.message(fields::model::kGraph, graphMessage(model));
  out.message(fields::model::kOpset, opset);
  for (const auto& [key, value] : model.metadata) {
    ProtobufWriter entry;
    entry.bytes(fields::entry::kKey, key);
    entry.bytes(fields::entry::kValue, value);
    out.message(fields::model::kMetadata, entry);
  }
  return out.text();
}

}  // namespace dju::inference
