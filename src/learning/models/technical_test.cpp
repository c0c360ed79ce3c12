#include "learning/models/technical.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"

namespace dju::learning {
namespace {

DatasetInfo infoOf(std::size_t frames) {
  DatasetInfo info;
  info.definition = "test";
  info.frames = frames;
  for (int i = 0; i < 84; ++i) info.columns.push_back("mel" + std::to_string(i));
  for (int i = 0; i < 20; ++i) info.columns.push_back("onset" + std::to_string(i));
  info.labels = {"bpm_accuracy", "beat_alignment", "transition_quality", "pitch_stability"};
  return info;
}

Inputs windows(std::int64_t items, std::int64_t frames) {
  torch::manual_seed(5);
  return {torch::rand({items, frames, 104}), {}};
}

const float kNoLabel = std::nanf("");

// By hand: logit 0 against 1 costs ln 2; logit ln 3 (probability 3/4) against 0 costs ln 4.
TEST(ScoreLoss, IsTheWeightedCrossEntropyOfKnownLabels) {
  const float ln3 = std::log(3.0F);
  const torch::Tensor logits = torch::tensor({{0.0F, 5.0F}, {ln3, ln3}}).set_requires_grad(true);
  const torch::Tensor labels = torch::tensor({{1.0F, kNoLabel}, {0.0F, 0.0F}});
  const torch::Tensor loss = maskedScoreLoss(logits, labels, {{"a", 0.3}, {"b", 0.5}});
  EXPECT_NEAR(loss.item<double>(), 0.3 * (std::log(2.0) + std::log(4.0)) / 2 + 0.5 * std::log(4.0),
              1e-6);
  loss.backward();
  // (sigmoid - label) / items * weight; nothing where no label is.
  const torch::Tensor expected =
      torch::tensor({{0.3F * -0.5F / 2, 0.0F}, {0.3F * 0.75F / 2, 0.5F * 0.75F}});
  EXPECT_TRUE(torch::allclose(logits.grad(), expected, 1e-5, 1e-6)) << logits.grad();
}

TEST(ScoreLoss, WithoutAnyLabelItIsZeroAndSoIsItsGradient) {
  const torch::Tensor logits = torch::tensor({{2.0F}}).set_requires_grad(true);
  const torch::Tensor loss = maskedScoreLoss(logits, torch::tensor({{kNoLabel}}), {{"a", 1}});
  EXPECT_EQ(loss.item<float>(), 0);
  loss.backward();
  EXPECT_EQ(logits.grad().item<float>(), 0);
}

TEST(TechnicalModel, TheDocumentsSizes) {
  TechnicalModel model(infoOf(32), TechnicalShape::document());
  const torch::Tensor logits = model.forward(windows(2, 32));
  EXPECT_EQ(logits.sizes(), (std::vector<std::int64_t>{2, 8}));
  std::int64_t weights = 0;
  for (const auto& parameter : model.parameters()) weights += parameter.numel();
  const std::int64_t convolutions = 9 * (64 + 64 * 128 + 128 * 256) + 2 * (64 + 128 + 256);
  const std::int64_t lstms = 4 * 128 * (256 + 128 + 2) + 4 * 64 * (128 + 64 + 2);
  const std::int64_t attention = 3 * (64 * 512 + 512) + (256 + 512 + 64) * 8 + 8;
  EXPECT_EQ(weights, convolutions + lstms + attention);
}

TEST(TechnicalModel, EveryWeightOfWhatShipsLearns) {
  TechnicalModel model(infoOf(256), TechnicalShape::shipped());
  const torch::Tensor labels = torch::rand({4, 8});
  model.loss(model.forward(windows(4, 256)), labels).backward();
  for (const auto& parameter : model.named_parameters()) {
    ASSERT_TRUE(parameter.value().grad().defined()) << parameter.key();
    EXPECT_GT(parameter.value().grad().abs().max().item<double>(), 0) << parameter.key();
  }
}

// Batches of one and of many say the same, so that what is trained in batches judges live.
TEST(TechnicalModel, ItemsDoNotHearEachOther) {
  TechnicalModel model(infoOf(256), TechnicalShape::shipped());
  model.eval();
  const torch::NoGradGuard guard;
  const Inputs all = windows(3, 256);
  const Inputs second{all.features.narrow(0, 1, 1), {}};
  EXPECT_TRUE(
      torch::allclose(model.forward(all).narrow(0, 1, 1), model.forward(second), 1e-4, 1e-5));
}

TEST(TechnicalModel, DataWithoutWhatItHearsAreRefused) {
  DatasetInfo info = infoOf(64);
  info.columns.resize(84);
  EXPECT_THROW(TechnicalModel(info, TechnicalShape::shipped()), Error);
  EXPECT_NO_THROW(TechnicalModel(info, TechnicalShape::document()));
  EXPECT_THROW(TechnicalModel(infoOf(63), TechnicalShape::document()), Error);
  info.labels = {"genre"};
  EXPECT_THROW(TechnicalModel(info, TechnicalShape::document()), Error);
}

}  // namespace
}  // namespace dju::learning
