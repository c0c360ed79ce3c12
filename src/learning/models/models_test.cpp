// What all models have in common: shapes, gradients, what they refuse.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "learning/data/test_support/toy_dataset.h"
#include "learning/models/class_loss.h"
#include "learning/models/creative.h"
#include "learning/models/transition.h"
#include "learning/recipes/model_list.h"
#include "learning/training/curriculum.h"

namespace dju::learning {
namespace {

// Pictures of pairs, as the mixer reads them (models/mixer.h).
DatasetInfo pairInfo() {
  DatasetInfo info;
  info.definition = "test";
  info.frames = 96;
  for (const std::string image : {"out", "in", "mix"})
    for (int i = 0; i < 21; ++i) info.columns.push_back("mel_" + image + std::to_string(i));
  for (int i = 0; i < 10; ++i) info.columns.push_back("curve_" + std::to_string(i));
  for (int i = 0; i < 23; ++i) info.columns.push_back("about_" + std::to_string(i));
  info.labels = {"score",         "spectral_continuity", "tempo_smoothness",  "phrase_alignment",
                 "bass_handling", "level_handling",      "key_compatibility", "voices_apart"};
  return info;
}

DatasetInfo infoWithAllLabels() {
  DatasetInfo info;
  info.definition = "test";
  info.frames = 256;
  for (int i = 0; i < 84; ++i) info.columns.push_back("mel" + std::to_string(i));
  for (int i = 0; i < 20; ++i) info.columns.push_back("onset" + std::to_string(i));
  info.labels = {"bpm_accuracy",     "beat_alignment",   "transition_quality", "pitch_stability",
                 "track_selection",  "energy_flow",      "genre_mixing",       "originality",
                 "crowd_engagement", "transition_start", "transition_end"};
  return info;
}

DatasetInfo infoFor(const std::string& model) {
  return model == "mixer" ? pairInfo() : infoWithAllLabels();
}

class EveryModel : public testing::TestWithParam<std::string> {};

std::int64_t rows(const DatasetInfo& info) {
  return static_cast<std::int64_t>(info.frames);
}

std::int64_t columns(const DatasetInfo& info) {
  return static_cast<std::int64_t>(info.columns.size());
}

TEST_P(EveryModel, GivesWhatItPromisesAndAllItsWeightsLearn) {
  const DatasetInfo info = infoFor(GetParam());
  torch::manual_seed(3);
  const ModelPtr model = makeModel(GetParam(), Recipe::kShipped, info);
  const auto words = static_cast<std::int64_t>(model->wordsAnItem());
  const Inputs inputs{torch::rand({4, rows(info), columns(info)}),
                      torch::randint(1, 100, {4, words}, torch::kInt64)};
  const torch::Tensor logits = model->forward(inputs);
  const auto count = static_cast<std::int64_t>(model->targets().size());
  const torch::Tensor scores = model->scores(logits);
  ASSERT_EQ(scores.sizes(), (std::vector<std::int64_t>{4, count}));
  EXPECT_GE(scores.min().item<float>(), 0);
  EXPECT_LE(scores.max().item<float>(), 1);
  // One-hot targets suit scores and classes alike.
  const torch::Tensor all = torch::eye(count).repeat({4, 1}).narrow(0, 0, 4);
  model->loss(logits, all).backward();
  for (const auto& parameter : model->named_parameters()) {
    ASSERT_TRUE(parameter.value().grad().defined()) << parameter.key();
    EXPECT_GT(parameter.value().grad().abs().max().item<double>(), 0) << parameter.key();
  }
}

TEST_P(EveryModel, WithoutKnownTargetsTheLossIsZero) {
  const DatasetInfo info = infoFor(GetParam());
  const ModelPtr model = makeModel(GetParam(), Recipe::kShipped, info);
  const auto count = static_cast<std::int64_t>(model->targets().size());
  const torch::Tensor logits = torch::randn({3, count}).set_requires_grad(true);
  const torch::Tensor loss = model->loss(logits, torch::full({3, count}, std::nanf("")));
  EXPECT_EQ(loss.item<float>(), 0);
  loss.backward();
  EXPECT_EQ(logits.grad().abs().max().item<float>(), 0);
}

TEST_P(EveryModel, TheDocumentsSizeAlsoRuns) {
  const DatasetInfo info = infoFor(GetParam());
  const torch::NoGradGuard guard;
  const ModelPtr model = makeModel(GetParam(), Recipe::kDocument, info);
  const auto words = static_cast<std::int64_t>(model->wordsAnItem());
  const Inputs inputs{torch::rand({1, rows(info), columns(info)}),
                      torch::ones({1, words}, torch::kInt64)};
  model->eval();
  EXPECT_TRUE(model->forward(inputs).isfinite().all().item<bool>());
}

INSTANTIATE_TEST_SUITE_P(Models, EveryModel, testing::ValuesIn(modelNames()));

TEST(ClassLoss, ByHand) {
  const float ln3 = std::log(3.0F);
  // Softmax of (ln 3, 0): 3/4 and 1/4. The unknown item counts for nothing.
  const torch::Tensor logits =
      torch::tensor({{ln3, 0.0F}, {ln3, 0.0F}, {9.0F, 9.0F}}).set_requires_grad(true);
  const float none = std::nanf("");
  const torch::Tensor targets = torch::tensor({{1.0F, 0.0F}, {0.0F, 1.0F}, {none, none}});
  const torch::Tensor loss = maskedClassLoss(logits, targets);
  EXPECT_NEAR(loss.item<double>(), (std::log(4.0 / 3) + std::log(4.0)) / 2, 1e-6);
  loss.backward();
  const torch::Tensor expected =
      torch::tensor({{-0.125F, 0.125F}, {0.375F, -0.375F}, {0.0F, 0.0F}});
  EXPECT_TRUE(torch::allclose(logits.grad(), expected, 1e-5, 1e-6)) << logits.grad();
}

TEST(ModelList, AnUnknownNameIsAnsweredWithTheKnown) {
  try {
    makeModel("tecnical", Recipe::kShipped, infoWithAllLabels());
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "model \"tecnical\" is unknown; there are technical, creative, genre, transition, "
                 "crowd, layered, mixer");
  }
}

TEST(GenreTargets, AreOneOfEightByTheItemsLine) {
  const ScratchDirectory scratch;
  writeToyDataset(scratch.path(), {.trainItems = 2, .validationItems = 2, .testItems = 2});
  const Dataset dataset(scratch.path());
  const ModelPtr model = makeModel("genre", Recipe::kShipped, dataset.info());
  const Split split = dataset.open(SplitName::kTrain);
  std::vector<float> targets(8);
  model->copyTargets(split, 1, targets);
  EXPECT_EQ(targets, (std::vector<float>{0, 0, 1, 0, 0, 0, 0, 0}));  // dubstep
}

TEST(GenreTargets, AreUnknownWhereSeveralSoundAtOnceAndSuchItemsAreNotLearnedFrom) {
  const ScratchDirectory scratch;
  writeToyDataset(scratch.path(), {.trainItems = 8, .validationItems = 2, .testItems = 2});
  const Dataset dataset(scratch.path());
  const ModelPtr model = makeModel("genre", Recipe::kShipped, dataset.info());
  const Split split = dataset.open(SplitName::kTrain);
  std::vector<float> targets(8);
  model->copyTargets(split, 5, targets);
  for (const float target : targets) EXPECT_TRUE(std::isnan(target));
  const std::vector<std::size_t> learned = byDifficulty(*model, split);
  EXPECT_EQ(learned.size(), 7U);
  EXPECT_EQ(std::count(learned.begin(), learned.end(), 5U), 0);
}

}  // namespace
}  // namespace dju::learning
