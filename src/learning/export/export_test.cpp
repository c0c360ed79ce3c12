// Every model, exported, against LibTorch: our runtime must give its scores.
#include <gtest/gtest.h>

#include <cmath>

#include "inference/network/network_runner.h"
#include "inference/onnx/onnx_file.h"
#include "learning/export/export_model.h"
#include "learning/training/trainer.h"

namespace dju::learning {
namespace {

using inference::Network;
using inference::NetworkRunner;

DatasetInfo infoOf(std::size_t frames) {
  DatasetInfo info;
  info.definition = "test";
  info.frames = frames;
  for (int i = 0; i < 84; ++i) info.columns.push_back("mel" + std::to_string(i));
  for (int i = 0; i < 20; ++i) info.columns.push_back("onset" + std::to_string(i));
  info.labels = {"bpm_accuracy",     "beat_alignment",   "transition_quality", "pitch_stability",
                 "track_selection",  "energy_flow",      "genre_mixing",       "originality",
                 "crowd_engagement", "transition_start", "transition_end"};
  return info;
}

// Pictures of pairs: other columns, otherwise like any.
DatasetInfo pairInfo(std::size_t rows) {
  DatasetInfo info;
  info.definition = "test";
  info.frames = rows;
  for (int i = 0; i < 63; ++i) info.columns.push_back("mel_" + std::to_string(i));
  for (int i = 0; i < 10; ++i) info.columns.push_back("curve_" + std::to_string(i));
  for (int i = 0; i < 23; ++i) info.columns.push_back("about_" + std::to_string(i));
  info.labels = {"score"};
  return info;
}

// As a data set has it: levels in dB, onsets that are mostly silent. Items differ in how bright
// they are and how often something begins. Pictures of pairs are as wide as they are.
torch::Tensor features(std::int64_t items, std::int64_t frames, std::int64_t columns) {
  constexpr std::int64_t kMel = 84;
  const torch::Tensor item = torch::arange(items).reshape({items, 1, 1});
  const torch::Tensor tilt = torch::linspace(-1, 1, kMel).reshape({1, 1, kMel});
  const torch::Tensor levels = torch::randn({items, frames, kMel}) * 20 - 55 + item * 25 * tilt;
  const torch::Tensor onsets =
      (torch::rand({items, frames, columns - kMel}) - 0.6 - item * 0.1).clamp_min(0) * 3;
  return torch::cat({levels, onsets}, 2);
}

// Weights as if trained: normalisations that have seen data, a scale that is not one, and weights
// that have grown.
void settle(Model& model, const DatasetInfo& info, double growth) {
  const auto columns = static_cast<std::int64_t>(info.columns.size());
  model.setScale(torch::randn({columns}) * 3 - 30, torch::rand({columns}) * 10 + 10);
  const torch::NoGradGuard guard;
  for (const auto& buffer : model.named_buffers()) {
    if (buffer.key().ends_with("running_mean")) buffer.value().normal_(0, 0.2);
    if (buffer.key().ends_with("running_var")) buffer.value().uniform_(0.3, 2);
  }
  for (const auto& parameter : model.named_parameters()) {
    if (parameter.key().find("norm") != std::string::npos) parameter.value().uniform_(-0.5, 1.5);
    parameter.value().mul_(growth);
  }
  model.eval();
}

constexpr double kWorthComparing = 1e-3;

struct Case {
  std::string model;
  Recipe recipe;
  std::size_t frames;
};

class EveryExport : public testing::TestWithParam<Case> {};

TEST_P(EveryExport, GivesLibTorchsScoresInOurRuntime) {
  const Case& tried = GetParam();
  const DatasetInfo info = tried.model == "mixer" ? pairInfo(tried.frames) : infoOf(tried.frames);
  const auto frames = static_cast<std::int64_t>(tried.frames);
  const auto columns = static_cast<std::int64_t>(info.columns.size());
  const torch::NoGradGuard guard;
  // The largest weights that leave scores between 0 and 1: scores that hang on nothing would agree.
  ModelPtr model;
  Inputs inputs;
  torch::Tensor expected;
  double spread = 0;
  for (const double growth : {2.5, 2.0, 1.6, 1.3, 1.0}) {
    torch::manual_seed(5);
    model = makeModel(tried.model, tried.recipe, info);
    settle(*model, info, growth);
    const auto words = static_cast<std::int64_t>(model->wordsAnItem());
    inputs = {features(3, frames, columns), torch::randint(0, 500, {3, words}, torch::kInt64)};
    expected = model->scores(model->forward(inputs));
    spread = (expected - expected.roll(1, 0)).abs().max().item<double>();
    if (spread > kWorthComparing) break;
  }
  ASSERT_GT(spread, kWorthComparing);
  const auto words = static_cast<std::int64_t>(model->wordsAnItem());

  const inference::OnnxModel onnx =
      onnxOf(*model, cardOf(tried.model, tried.recipe, LabelOrder::kTrue, info));
  const auto reread = inference::parseOnnx(inference::onnxBytesOf(onnx));
  ASSERT_TRUE(reread.ok()) << reread.error().what();
  const Network network(*reread);
  NetworkRunner runner(network);
  double worst = 0;
  for (std::int64_t item = 0; item < 3; ++item) {
    const torch::Tensor own = inputs.features[item].contiguous();
    const auto into = runner.input("features");
    ASSERT_EQ(static_cast<std::int64_t>(into.size()), own.numel());
    std::copy_n(own.data_ptr<float>(), into.size(), into.begin());
    if (words > 0) {
      const torch::Tensor told = inputs.words[item].contiguous();
      std::copy_n(told.data_ptr<std::int64_t>(), words, runner.integerInput("words").begin());
    }
    runner.run();
    const auto scores = runner.output("scores");
    ASSERT_EQ(static_cast<std::int64_t>(scores.size()), expected.size(1));
    for (std::size_t i = 0; i < scores.size(); ++i) {
      const auto truth = expected[item][static_cast<std::int64_t>(i)].item<float>();
      worst = std::max(worst, std::fabs(static_cast<double>(scores[i]) - truth));
    }
  }
  EXPECT_LT(worst, 1e-4);
  RecordProperty("worst", std::to_string(worst));
}

INSTANTIATE_TEST_SUITE_P(
    Models, EveryExport,
    testing::Values(Case{"technical", Recipe::kShipped, 256},
                    Case{"creative", Recipe::kShipped, 130}, Case{"genre", Recipe::kShipped, 256},
                    Case{"transition", Recipe::kShipped, 128}, Case{"crowd", Recipe::kShipped, 128},
                    Case{"mixer", Recipe::kShipped, 96}, Case{"mixer", Recipe::kDocument, 32},
                    Case{"technical", Recipe::kDocument, 32},
                    Case{"creative", Recipe::kDocument, 32}, Case{"genre", Recipe::kDocument, 32},
                    Case{"transition", Recipe::kDocument, 32},
                    Case{"crowd", Recipe::kDocument, 32}),
    [](const auto& tried) { return tried.param.model + std::string(nameOf(tried.param.recipe)); });

TEST(Export, SaysWhatItIs) {
  const DatasetInfo info = infoOf(64);
  const ModelPtr model = makeModel("crowd", Recipe::kShipped, info);
  const ModelCard card = cardOf("crowd", Recipe::kShipped, LabelOrder::kTrue, info);
  const inference::OnnxModel onnx = onnxOf(*model, card);
  EXPECT_EQ(onnx.metadata.at("model"), "crowd");
  EXPECT_EQ(onnx.metadata.at("definition"), "test");
  EXPECT_EQ(onnx.metadata.at("targets"), "crowd_engagement");
  EXPECT_TRUE(onnx.metadata.at("columns").starts_with("mel0,mel1,"));
}

}  // namespace
}  // namespace dju::learning
