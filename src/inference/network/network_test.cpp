// Whole networks: the models' fixtures against LibTorch, the same bits at any vector width, and no
// allocation while they run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/error.h"
#include "core/random.h"
#include "core/test_support/allocation_count.h"
#include "inference/conversion/smaller_model.h"
#include "inference/network/functions.h"
#include "inference/network/matrix_product.h"
#include "inference/network/network_runner.h"
#include "inference/onnx/onnx_file.h"

namespace dju::inference {
namespace {

using ::testing::HasSubstr;

const std::string kFixtures = DJU_SOURCE_DIR "/src/inference/fixtures/models/";

// NumPy's .npy of float32 (format 1.0): the length of its header stands at byte 8.
std::vector<float> elementsOf(const std::string& file) {
  std::ifstream in(kFixtures + file, std::ios::binary);
  const std::string bytes(std::istreambuf_iterator<char>(in), {});
  EXPECT_GT(bytes.size(), 10U) << file;
  const std::size_t first = 10 + static_cast<std::uint8_t>(bytes.at(8)) +
                            256 * static_cast<std::size_t>(static_cast<std::uint8_t>(bytes.at(9)));
  std::vector<float> values((bytes.size() - first) / sizeof(float));
  std::memcpy(values.data(), bytes.data() + first, values.size() * sizeof(float));
  return values;
}

SampleInputs inputsOf(const std::string& model) {
  SampleInputs inputs = {{"features", elementsOf(model + ".features.npy")}};
  if (std::filesystem::exists(kFixtures + model + ".words.npy"))
    inputs["words"] = elementsOf(model + ".words.npy");
  return inputs;
}

std::vector<float> scoresOf(const OnnxModel& model, const SampleInputs& inputs) {
  const Network network(model);
  NetworkRunner runner(network);
  for (const auto& [name, elements] : inputs) runner.fill(name, elements);
  runner.run();
  const auto scores = runner.output("scores");
  return {scores.begin(), scores.end()};
}

double farthest(const std::vector<float>& a, const std::vector<float>& b) {
  double farthest = a.size() == b.size() ? 0 : 1e9;
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i)
    farthest = std::max(farthest, std::fabs(static_cast<double>(a[i]) - b[i]));
  return farthest;
}

class EveryModel : public ::testing::TestWithParam<std::string> {};

TEST_P(EveryModel, GivesLibTorchsScores) {
  const OnnxModel model = readOnnx(kFixtures + GetParam() + ".onnx");
  const std::vector<float> expected = elementsOf(GetParam() + ".scores.npy");
  EXPECT_LT(farthest(scoresOf(model, inputsOf(GetParam())), expected), 1e-4);
}

TEST_P(EveryModel, RunsAgainAlikeAndWithoutAllocation) {
  const Network network(readOnnx(kFixtures + GetParam() + ".onnx"));
  NetworkRunner runner(network);
  for (const auto& [name, elements] : inputsOf(GetParam())) runner.fill(name, elements);
  runner.run();
  const auto scores = runner.output("scores");
  const std::vector<float> first(scores.begin(), scores.end());
  const long before = dju::testing::allocationCount();
  for (int i = 0; i < 3; ++i) runner.run();
  EXPECT_EQ(dju::testing::allocationCount(), before);
  EXPECT_EQ(std::vector<float>(scores.begin(), scores.end()), first);
}

// Each item has its own input; those at the end of the memory wait while fewer run.
TEST_P(EveryModel, GivesItemsTogetherTheBitsThatEachHasAlone) {
  const Network network(readOnnx(kFixtures + GetParam() + ".onnx"));
  constexpr std::size_t kItems = 5;
  NetworkRunner alone(network), together(network, kItems);
  Random random(7);
  std::vector<std::vector<float>> expected;
  for (std::size_t item = 0; item < kItems; ++item) {
    for (auto& [name, elements] : inputsOf(GetParam())) {
      if (name == "features")
        for (float& element : elements) element += static_cast<float>(random.uniform(0, 0.5));
      alone.fill(name, elements);
      together.fill(name, elements, item);
    }
    alone.run();
    const auto scores = alone.output("scores");
    expected.emplace_back(scores.begin(), scores.end());
  }
  for (const float score : expected[0]) EXPECT_FALSE(std::isnan(score));
  EXPECT_NE(expected[0], expected[1]);
  const long before = dju::testing::allocationCount();
  together.run(kItems);
  EXPECT_EQ(dju::testing::allocationCount(), before);
  for (const std::size_t items : {kItems, std::size_t{2}, std::size_t{1}}) {
    together.run(items);
    for (std::size_t item = 0; item < kItems; ++item) {
      const auto scores = together.output("scores", item);
      EXPECT_EQ(std::vector<float>(scores.begin(), scores.end()), expected[item])
          << item << " of " << items;
    }
  }
}

TEST_P(EveryModel, IsNearlyTheSameInFewerBytes) {
  const OnnxModel model = readOnnx(kFixtures + GetParam() + ".onnx");
  const SampleInputs inputs = inputsOf(GetParam());
  const std::vector<float> expected = scoresOf(model, inputs);
  const OnnxModel half = inHalfPrecision(model), eight = inEightBits(model, {inputs});
  EXPECT_LT(farthest(scoresOf(half, inputs), expected), 2e-3);
  EXPECT_LT(farthest(scoresOf(eight, inputs), expected), 0.05);
  EXPECT_LT(onnxBytesOf(half).size(), onnxBytesOf(model).size());
}

INSTANTIATE_TEST_SUITE_P(Models, EveryModel,
                         ::testing::Values("technical", "creative", "genre", "transition",
                                           "crowd"));

TEST(Network, WhatIsNoNumberIsNoScore) {
  const OnnxModel model = readOnnx(kFixtures + "technical.onnx");
  SampleInputs inputs = inputsOf("technical");
  inputs.at("features")[5] = std::nanf("");
  for (const float score : scoresOf(model, inputs)) EXPECT_TRUE(std::isnan(score));
}

TEST(Network, RefusesInputsOfAnotherSize) {
  const Network network(readOnnx(kFixtures + "technical.onnx"));
  NetworkRunner runner(network);
  try {
    runner.fill("features", std::vector<float>(7));
    FAIL() << "seven elements were taken";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("5120 elements, 7 were given"));
  }
  EXPECT_THROW(runner.input("sound"), Error);
  EXPECT_THROW(runner.integerInput("features"), Error);
  EXPECT_THROW(runner.output("features"), Error);
}

// A damaged file is refused, or is another network, which runs.
TEST(Network, SurvivesDamage) {
  std::ifstream in(kFixtures + "crowd.onnx", std::ios::binary);
  const std::string whole(std::istreambuf_iterator<char>(in), {});
  Random random(2);
  int refused = 0;
  for (int i = 0; i < 1500; ++i) {
    std::string damaged = whole;
    for (int flips = 0; flips < 3; ++flips)
      damaged[static_cast<std::size_t>(random.below(static_cast<int>(damaged.size())))] =
          static_cast<char>(random.below(256));
    const auto model = parseOnnx(damaged);
    if (!model.ok()) {
      ++refused;
      continue;
    }
    try {
      const Network network(*model);
      if (network.runBytes() < (std::size_t{1} << 24)) NetworkRunner(network).run();
    } catch (const Error&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 100);
  EXPECT_LT(refused, 1500);
}

TEST(MatrixProduct, GivesTheSameBitsAtAnyVectorWidth) {
  Random random(3);
  const auto floats = [&](std::size_t count) {
    std::vector<float> values(count);
    for (float& value : values) value = static_cast<float>(random.uniform(-1, 1));
    return values;
  };
  for (const std::size_t rows : {1U, 3U, 8U, 13U}) {
    for (const std::size_t columns : {1U, 15U, 16U, 50U}) {
      const std::size_t depth = 37;
      const std::vector<float> a = floats(rows * depth);
      const std::vector<float> b = floats(depth * columns + kReadAhead), start = floats(rows);
      std::vector<std::uint32_t> offsets;
      for (std::size_t k = 0; k < depth; ++k)
        offsets.push_back(static_cast<std::uint32_t>(k * columns));
      std::vector<std::vector<float>> results;
      for (const VectorBits bits : {VectorBits::k128, VectorBits::k256, VectorBits::k512}) {
        if (!cpuHas(bits)) continue;
        std::vector<float> out(rows * columns, 99);
        multiplyWith(bits, {rows, depth, columns, a.data(), depth, b.data(), offsets.data(),
                            start.data(), 1, 0, out.data(), columns});
        results.push_back(out);
      }
      // As one writes it: a sum in the order of k.
      std::vector<float> plain(rows * columns);
      for (std::size_t m = 0; m < rows; ++m)
        for (std::size_t n = 0; n < columns; ++n) {
          float sum = start[m];
          for (std::size_t k = 0; k < depth; ++k) sum += a[m * depth + k] * b[k * columns + n];
          plain[m * columns + n] = sum;
        }
      for (const auto& result : results) EXPECT_EQ(result, plain) << rows << 'x' << columns;
    }
  }
}

TEST(Functions, AreCloseToTheirDefinition) {
  double worst = 0;
  for (float x = -80; x < 80; x += 0.0137F) {
    const double truth = std::exp(static_cast<double>(x));
    worst = std::max(worst, std::fabs(static_cast<double>(expOf(x)) - truth) / truth);
    EXPECT_NEAR(tanhOf(x), std::tanh(static_cast<double>(x)), 2e-7) << x;
    EXPECT_NEAR(sigmoidOf(x), 1 / (1 + std::exp(-static_cast<double>(x))), 2e-7) << x;
  }
  EXPECT_LT(worst, 2e-7);
  EXPECT_TRUE(std::isnan(expOf(std::nanf(""))));
}

}  // namespace
}  // namespace dju::inference
