// What we write as ONNX against ONNX' own checker and its strict inference of shapes (libonnx), for
// the fixtures of every model in every precision.
#include <gtest/gtest.h>
#include <onnx/checker.h>
#include <onnx/onnx_pb.h>
#include <onnx/shape_inference/implementation.h>

#include "inference/conversion/smaller_model.h"
#include "inference/onnx/onnx_file.h"
#include "learning/data/npy.h"

namespace {

using dju::inference::OnnxModel;

const std::string kFixtures = DJU_SOURCE_DIR "/src/inference/fixtures/models/";

dju::inference::SampleInputs featuresOf(const std::string& model) {
  const dju::learning::NpyFile file(kFixtures + model + ".features.npy");
  std::vector<float> values(file.header().elements());
  file.copyRow(0, values);
  return {{"features", values}};
}

void check(const OnnxModel& model) {
  onnx::ModelProto proto;
  ASSERT_TRUE(proto.ParseFromString(onnxBytesOf(model)));
  EXPECT_NO_THROW(onnx::checker::check_model(proto));
  const onnx::ShapeInferenceOptions strict(true, 1, true);
  EXPECT_NO_THROW(
      onnx::shape_inference::InferShapes(proto, onnx::OpSchemaRegistry::Instance(), strict));
  // Every tensor got a shape, and the outputs those that we declared.
  std::size_t outputs = 0;
  for (const auto& node : proto.graph().node()) outputs += node.output_size();
  EXPECT_EQ(static_cast<std::size_t>(proto.graph().value_info_size() + proto.graph().output_size()),
            outputs);
}

class Checked : public testing::TestWithParam<std::string> {};

TEST_P(Checked, IsValidInEveryPrecision) {
  const OnnxModel model = dju::inference::readOnnx(kFixtures + GetParam() + ".onnx");
  check(model);
  check(dju::inference::inHalfPrecision(model));
  check(dju::inference::inEightBits(model, {featuresOf(GetParam())}));
}

INSTANTIATE_TEST_SUITE_P(Models, Checked,
                         testing::Values("technical", "creative", "genre", "transition", "crowd"));

}  // namespace
