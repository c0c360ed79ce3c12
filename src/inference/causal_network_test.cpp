#include "inference/causal_network.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "inference/beat_tracker_model.h"

namespace dju::inference {
namespace {

constexpr CausalShape kSmall{.bands = 3,
                             .firstTaps = 2,
                             .channels = 32,
                             .blocks = 2,
                             .taps = 3,
                             .outputs = 1,
                             .levelMean = 0,
                             .levelSpread = 1};

std::vector<float> readFloats(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::vector<float> values;
  for (float value = 0; in.read(reinterpret_cast<char*>(&value), sizeof value);) {
    values.push_back(value);
  }
  return values;
}

std::vector<float> randomWeights(std::size_t count) {
  std::mt19937 random(1);
  std::vector<float> weights(count);
  for (float& weight : weights) {
    weight = (static_cast<float>(random() % 2001) - 1000) / 8000;
  }
  return weights;
}

// The reference: 200 frames of levels, then LibTorch's logits for them, written by training.
TEST(CausalNetwork, AgreesWithLibTorch) {
  const EmbeddedModel& model = beatTrackerModel();
  const CausalShape& shape = model.manifest.shape;
  const std::vector<float> reference =
      readFloats(DJU_SOURCE_DIR "/src/inference/fixtures/beat-tracker.bin");
  const auto bands = static_cast<std::size_t>(shape.bands);
  const auto outputs = static_cast<std::size_t>(shape.outputs);
  const std::size_t frames = reference.size() / (bands + outputs);
  ASSERT_EQ(frames, 200U);
  CausalNetwork network(shape, model.weights);
  std::vector<float> logits(outputs);
  double worst = 0;
  for (std::size_t frame = 0; frame < frames; ++frame) {
    network.step({reference.data() + frame * bands, bands}, logits);
    for (std::size_t i = 0; i < outputs; ++i) {
      const float expected = reference[frames * bands + frame * outputs + i];
      worst = std::max(worst, static_cast<double>(std::fabs(logits[i] - expected)));
    }
  }
  // Sums of some hundred products in another order.
  EXPECT_LT(worst, 2e-4);
}

// The definition of causal_shape.h, written as directly as can be.
TEST(CausalNetwork, ComputesItsDefinition) {
  const std::vector<float> weights = randomWeights(kSmall.weightCount());
  const auto layer = [&](std::size_t& from, const std::vector<float>& in, std::size_t outputs) {
    std::vector<float> out(outputs);
    for (std::size_t o = 0; o < outputs; ++o) {
      out[o] = weights[from + in.size() * outputs + o];
      for (std::size_t i = 0; i < in.size(); ++i) out[o] += in[i] * weights[from + i * outputs + o];
    }
    from += (in.size() + 1) * outputs;
    return out;
  };
  const auto rectified = [](std::vector<float> x) {
    for (float& value : x) value = std::max(value, 0.0F);
    return x;
  };
  CausalNetwork network(kSmall, weights);
  std::vector<std::vector<float>> levels, x0, x1;
  const auto ago = [](const std::vector<std::vector<float>>& past, std::size_t n) {
    return n < past.size() ? past[past.size() - 1 - n] : std::vector<float>(past[0].size());
  };
  const auto joined = [&](const std::vector<std::vector<float>>& past, std::size_t taps,
                          std::size_t step) {
    std::vector<float> all;
    for (std::size_t tap = taps; tap-- > 0;) {
      const std::vector<float> row = ago(past, tap * step);
      all.insert(all.end(), row.begin(), row.end());
    }
    return all;
  };
  for (int frame = 0; frame < 12; ++frame) {
    const auto f = static_cast<float>(frame);
    levels.push_back({std::sin(f), std::cos(2 * f), 0.1F * f});
    std::size_t from = 0;
    std::vector<float> x = rectified(layer(from, joined(levels, 2, 1), 32));
    for (const std::size_t block : {0U, 1U}) {
      auto& past = block == 0 ? x0 : x1;
      past.push_back(x);
      const std::vector<float> wide = rectified(layer(from, joined(past, 3, 1U << block), 32));
      const std::vector<float> narrow = layer(from, wide, 32);
      for (std::size_t i = 0; i < x.size(); ++i) x[i] += narrow[i];
    }
    const std::vector<float> expected = layer(from, rectified(x), 1);
    std::vector<float> logit(1);
    network.step(levels.back(), logit);
    EXPECT_NEAR(logit[0], expected[0], 1e-4) << "frame " << frame;
  }
}

TEST(CausalNetwork, AfterResetItIsAsNew) {
  const std::vector<float> weights = randomWeights(kSmall.weightCount());
  CausalNetwork fresh(kSmall, weights), used(kSmall, weights);
  const std::vector<float> level = {0.3F, -1, 2};
  std::vector<float> a(1), b(1);
  for (int i = 0; i < 20; ++i) used.step(std::vector<float>{5, 4, 3}, a);
  used.reset();
  for (int i = 0; i < 20; ++i) {
    fresh.step(level, a);
    used.step(level, b);
    EXPECT_EQ(a[0], b[0]);
  }
}

TEST(CausalNetwork, RefusesWeightsOfAnotherShape) {
  const std::vector<float> weights(kSmall.weightCount() - 1);
  EXPECT_THROW(CausalNetwork(kSmall, weights), Error);
  CausalShape odd = kSmall;
  odd.channels = 20;
  EXPECT_THROW(CausalNetwork(odd, std::vector<float>(odd.weightCount())), Error);
}

TEST(ModelManifest, NamesWhatIsMissing) {
  const auto broken = parseManifest(R"({"name": "x", "version": 1})");
  ASSERT_FALSE(broken.ok());
  EXPECT_NE(std::string(broken.error().what()).find("status"), std::string::npos);
  EXPECT_FALSE(parseManifest("not JSON").ok());
}

TEST(ModelManifest, OfTheEmbeddedModelIsWhole) {
  const EmbeddedModel& model = beatTrackerModel();
  EXPECT_EQ(model.manifest.name, "beat-tracker");
  EXPECT_EQ(model.manifest.status, "current");
  EXPECT_EQ(model.manifest.sha256.size(), 64U);
  EXPECT_EQ(model.weights.size(), model.manifest.shape.weightCount());
  EXPECT_GT(model.manifest.metrics.size(), 0U);
}

}  // namespace
}  // namespace dju::inference
