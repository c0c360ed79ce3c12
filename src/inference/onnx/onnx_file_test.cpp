// ONNX files: what is written is read again, and what is malformed is named.
#include "inference/onnx/onnx_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/random.h"
#include "inference/onnx/graph_builder.h"
#include "inference/onnx/onnx_fields.h"
#include "inference/onnx/protobuf.h"

namespace dju::inference {
namespace {

using testing::HasSubstr;

OnnxModel smallModel() {
  GraphBuilder graph("small");
  const std::string x = graph.input("x", {1, 2, 3});
  graph.input("words", {4}, ElementType::kInt64);
  const std::string sum = graph.add("Add", {x, graph.constant({3}, std::vector<float>{1, 2, -3})});
  const std::string clipped = graph.add("Clip", {sum, "", graph.constant(0.5F)});
  graph.output(graph.transposed(clipped, {2, 1, 0}), "y", {3, 2, 1});
  graph.model().metadata = {{"model", "small"}};
  return graph.model();
}

std::string problemOf(const std::string& bytes) {
  const auto model = parseOnnx(bytes);
  return model.ok() ? "" : model.error().what();
}

// The bytes of a model around this graph.
std::string withGraph(const ProtobufWriter& graph) {
  ProtobufWriter opset, model;
  opset.varint(onnx_fields::opset::kVersion, 17);
  model.message(onnx_fields::model::kGraph, graph);
  model.message(onnx_fields::model::kOpset, opset);
  return model.text();
}

TEST(OnnxFile, IsReadAsItWasWritten) {
  const OnnxModel model = smallModel();
  const auto reread = parseOnnx(onnxBytesOf(model));
  ASSERT_TRUE(reread.ok()) << reread.error().what();
  EXPECT_EQ(reread->graph, "small");
  EXPECT_EQ(reread->opset, 17);
  EXPECT_EQ(reread->metadata, model.metadata);
  ASSERT_EQ(reread->nodes.size(), 3U);
  EXPECT_EQ(reread->nodes[1].inputs, model.nodes[1].inputs);
  EXPECT_EQ(reread->nodes[2].attributes, model.nodes[2].attributes);
  EXPECT_EQ(reread->nodes[2].outputs, std::vector<std::string>{"y"});
  ASSERT_EQ(reread->constants.size(), 2U);
  EXPECT_EQ(reread->constants[0].floats(), (std::vector<float>{1, 2, -3}));
  EXPECT_EQ(reread->constants[1].shape, Shape{});
  EXPECT_EQ(reread->inputs[0].shape, (Shape{1, 2, 3}));
  EXPECT_EQ(reread->inputs[1].type, ElementType::kInt64);
  EXPECT_EQ(onnxBytesOf(*reread), onnxBytesOf(model));
}

// Other writers put elements into typed fields instead of bytes, packed or not.
TEST(OnnxFile, ReadsElementsInTypedFields) {
  ProtobufWriter tensor, graph;
  tensor.varint(onnx_fields::tensor::kDimensions, 3);
  tensor.varint(onnx_fields::tensor::kType, 7);
  tensor.bytes(onnx_fields::tensor::kName, "n");
  tensor.varint(onnx_fields::tensor::kInt64s, -5);
  tensor.bytes(onnx_fields::tensor::kInt64s, "\x07\xac\x02");  // packed: 7, 300
  graph.message(onnx_fields::graph::kInitializer, tensor);
  const auto model = parseOnnx(withGraph(graph));
  ASSERT_TRUE(model.ok()) << model.error().what();
  EXPECT_EQ(model->constants.at(0).integers(), (std::vector<std::int64_t>{-5, 7, 300}));
}

TEST(OnnxFile, NamesWhatItRefuses) {
  EXPECT_THAT(problemOf(""), HasSubstr("no graph"));
  EXPECT_THAT(problemOf("hello"), HasSubstr("ONNX: "));
  OnnxModel model = smallModel();
  model.opset = 9;
  EXPECT_THAT(problemOf(onnxBytesOf(model)), HasSubstr("operator set 9"));
  model = smallModel();
  model.constants[0].data.pop_back();
  EXPECT_THAT(problemOf(onnxBytesOf(model)), HasSubstr("has 11 bytes, needs 12"));
  model = smallModel();
  model.inputs[0].shape = {std::int64_t{1} << 40};
  EXPECT_THAT(problemOf(onnxBytesOf(model)), HasSubstr("at most 2^31"));
  model.inputs[0].shape = Shape(9, 1);
  EXPECT_THAT(problemOf(onnxBytesOf(model)), HasSubstr("dimensions"));
  ProtobufWriter symbol, shape, tensor, type, value, graph;
  symbol.bytes(onnx_fields::value::kSymbol, "batch");
  shape.message(onnx_fields::value::kDimension, symbol);
  tensor.varint(onnx_fields::value::kElementType, 1);
  tensor.message(onnx_fields::value::kShape, shape);
  type.message(onnx_fields::value::kTensorType, tensor);
  value.bytes(onnx_fields::value::kName, "x");
  value.message(onnx_fields::value::kType, type);
  graph.message(onnx_fields::graph::kInput, value);
  EXPECT_THAT(problemOf(withGraph(graph)), HasSubstr("dimension \"batch\" is no number"));
}

// A cut or a flipped byte anywhere is refused or read as something; never more than that.
TEST(OnnxFile, SurvivesDamage) {
  const std::string whole = onnxBytesOf(smallModel());
  for (std::size_t size = 0; size < whole.size(); ++size) (void)parseOnnx(whole.substr(0, size));
  Random random(1);
  for (int i = 0; i < 2000; ++i) {
    std::string damaged = whole;
    const auto at = static_cast<std::size_t>(random.below(static_cast<int>(damaged.size())));
    damaged[at] = static_cast<char>(random.below(256));
    (void)parseOnnx(damaged);
  }
}

}  // namespace
}  // namespace dju::inference
