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
  for (int i = 0; i < 12; ++i) info.columns.push_back("onset" + std::to_string(i));
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

// As a data set has it: levels in dB, onsets that are mostly silent.
torch::Tensor features(std::int64_t items, std::int64_t frames) {
  const torch::Tensor louder = torch::arange(items).reshape({items, 1, 1}) * 15;
  const torch::Tensor levels = torch::randn({items, frames, 84}) * 20 - 55 + louder;
  const torch::Tensor rarer = torch::arange(items).reshape({items, 1, 1}) * 0.1;
  const torch::Tensor onsets = (torch::rand({items, frames, 12}) - 0.6 - rarer).clamp_min(0) * 3;
  return torch::cat({levels, onsets}, 2);
}

// Weights as if trained: normalisations that have seen data, a scale that is not one, and weights
// so large that scores spread.
void settle(Model& model, const DatasetInfo& info) {
  const auto columns = static_cast<std::int64_t>(info.columns.size());
  model.setScale(torch::randn({columns}) * 3 - 30, torch::rand({columns}) * 10 + 10);
  const torch::NoGradGuard guard;
  for (const auto& buffer : model.named_buffers()) {
    if (buffer.key().ends_with("running_mean")) buffer.value().normal_(0, 0.2);
    if (buffer.key().ends_with("running_var")) buffer.value().uniform_(0.3, 2);
  }
  for (const auto& parameter : model.named_parameters()) {
    if (parameter.key().find("norm") != std::string::npos) parameter.value().uniform_(-0.5, 1.5);
    parameter.value().mul_(2.5);
  }
  model.eval();
}

struct Case {
  std::string model;
  Recipe recipe;
  std::size_t frames;
};

class EveryExport : public testing::TestWithParam<Case> {};

TEST_P(EveryExport, GivesLibTorchsScoresInOurRuntime) {
  const Case& tried = GetParam();
  const DatasetInfo info = tried.model == "mixer" ? pairInfo(tried.frames) : infoOf(tried.frames);
  torch::manual_seed(5);
  const ModelPtr model = makeModel(tried.model, tried.recipe, info);
  settle(*model, info);
  const auto words = static_cast<std::int64_t>(model->wordsAnItem());
  const auto frames = static_cast<std::int64_t>(tried.frames);
  const Inputs inputs{features(3, frames), torch::randint(0, 500, {3, words}, torch::kInt64)};
  const torch::NoGradGuard guard;
  const torch::Tensor expected = model->scores(model->forward(inputs));

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
  // Scores that hang on nothing would agree, too.
  EXPECT_GT((expected - expected.roll(1, 0)).abs().max().item<double>(), 1e-3);
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
