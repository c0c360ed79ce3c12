#include "learning/evaluation/ensemble.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "core/error.h"
#include "learning/data/test_support/toy_dataset.h"
#include "learning/evaluation/evaluate.h"
#include "learning/recipes/trained_model.h"
#include "learning/training/trainer.h"

namespace dju::learning {
namespace {

class EnsembleTest : public testing::Test {
 protected:
  void SetUp() override {
    writeToyDataset(scratch_.path() / "data",
                    {.trainItems = 48, .validationItems = 24, .testItems = 24, .frames = 64});
    for (int seed = 1; seed <= 2; ++seed) {
      const Dataset dataset(scratch_.path() / "data");
      TrainingOptions options = trainingOf("technical", Recipe::kShipped);
      options.out = scratch_.path() / ("seed" + std::to_string(seed));
      options.seed = static_cast<std::uint64_t>(seed);
      options.epochs = 2;
      torch::manual_seed(options.seed);
      const ModelPtr model = makeModel("technical", Recipe::kShipped, dataset.info());
      std::filesystem::create_directories(options.out);
      writeCard(options.out,
                cardOf("technical", Recipe::kShipped, LabelOrder::kTrue, dataset.info()));
      train(*model, dataset.info(), dataset.open(SplitName::kTrain),
            dataset.open(SplitName::kValidation), options, [](const TrainingProgress&) {});
    }
  }

  ScratchDirectory scratch_;
};

TEST_F(EnsembleTest, IsTheSameAfterSavingAndExpectsTheErrorsOfTheSplitThatItWasFittedOn) {
  const Dataset dataset(scratch_.path() / "data");
  const Split validation = dataset.open(SplitName::kValidation);
  const Ensemble fitted =
      Ensemble::fit({scratch_.path() / "seed1", scratch_.path() / "seed2"}, dataset);
  // By a relative path to a folder that is not there yet, as people name one.
  const std::filesystem::path here = std::filesystem::current_path();
  std::filesystem::current_path(scratch_.path());
  fitted.save("both");
  std::filesystem::current_path(here);
  const Ensemble loaded = Ensemble::load(scratch_.path() / "both", dataset.info());
  const EnsembleScores before = fitted.score(dataset.info(), validation);
  const EnsembleScores after = loaded.score(dataset.info(), validation);
  ASSERT_EQ(before.members.size(), 2U);
  EXPECT_NE(before.members[0], before.members[1]);
  for (std::size_t target = 0; target < before.scores.size(); ++target) {
    for (std::size_t item = 0; item < validation.items(); ++item) {
      EXPECT_NEAR(before.scores[target][item], after.scores[target][item], 1e-9);
      EXPECT_NEAR(before.expectedErrors[target][item], after.expectedErrors[target][item], 1e-9);
    }
  }
  // transition_quality is known everywhere: a fitted curve keeps means.
  const std::size_t target = 2;
  double expected = 0;
  double made = 0;
  double scores = 0;
  double truth = 0;
  for (std::size_t item = 0; item < validation.items(); ++item) {
    const double label = validation.labels(item)[1];
    expected += before.expectedErrors[target][item] / 24;
    made += std::fabs(before.scores[target][item] - label) / 24;
    scores += before.scores[target][item] / 24;
    truth += label / 24;
  }
  EXPECT_NEAR(expected, made, 0.03);
  EXPECT_NEAR(scores, truth, 0.03);
  const EvaluationReport report = evaluate(
      dataset,
      {scratch_.path() / "both", {}, {}, scratch_.path() / "report", SplitName::kTest, {}});
  EXPECT_EQ(report.measurements.front().predictor, "ensemble");
}

TEST_F(EnsembleTest, WhatIsNoEnsembleIsRefused) {
  const Dataset dataset(scratch_.path() / "data");
  EXPECT_THROW(Ensemble::fit({scratch_.path() / "seed1"}, dataset), Error);
  EXPECT_THROW(Ensemble::fit({scratch_.path() / "seed1", scratch_.path() / "none"}, dataset),
               Error);
  EXPECT_THROW(Ensemble::load(scratch_.path(), dataset.info()), Error);
  std::ofstream(scratch_.path() / "ensemble.json") << R"({"members": ["seed1", "seed2"]})";
  EXPECT_THROW(Ensemble::load(scratch_.path(), dataset.info()), Error);
}

}  // namespace
}  // namespace dju::learning
