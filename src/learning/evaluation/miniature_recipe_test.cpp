// The whole way in miniature: train the technical model that ships on toy data, measure it on items
// it has not seen beside a control with shuffled labels. It must beat the mean predictor, and the
// control must not.
#include <gtest/gtest.h>

#include <cmath>

#include "learning/data/test_support/toy_dataset.h"
#include "learning/evaluation/evaluate.h"
#include "learning/recipes/trained_model.h"
#include "learning/training/trainer.h"

namespace dju::learning {
namespace {

void trainTechnical(const Dataset& dataset, const std::filesystem::path& out, LabelOrder labels) {
  TrainingOptions options = trainingOf("technical", Recipe::kShipped);
  options.out = out;
  options.labels = labels;
  options.epochs = labels == LabelOrder::kTrue ? 24 : 6;
  torch::manual_seed(options.seed);
  const ModelPtr model = makeModel("technical", Recipe::kShipped, dataset.info());
  std::filesystem::create_directories(out);
  writeCard(out, cardOf("technical", Recipe::kShipped, labels, dataset.info()));
  train(*model, dataset.info(), dataset.open(SplitName::kTrain),
        dataset.open(SplitName::kValidation), options, [](const TrainingProgress&) {});
}

const Measurement& find(const EvaluationReport& report, const std::string& target,
                        const std::string& predictor) {
  for (const Measurement& m : report.measurements)
    if (m.target == target && m.predictor == predictor && m.subset == "all") return m;
  throw Error(ErrorCode::kInternal, "no measurement of " + target + " by " + predictor);
}

TEST(MiniatureRecipe, LearnsFromTrueLabelsAndNotFromShuffledOnes) {
  const ScratchDirectory scratch;
  writeToyDataset(scratch.path() / "data",
                  {.trainItems = 768, .validationItems = 128, .testItems = 256});
  const Dataset dataset(scratch.path() / "data");
  trainTechnical(dataset, scratch.path() / "model", LabelOrder::kTrue);
  trainTechnical(dataset, scratch.path() / "control", LabelOrder::kShuffled);
  const EvaluationReport report = evaluate(dataset, {scratch.path() / "model",
                                                     scratch.path() / "control",
                                                     {},
                                                     scratch.path() / "report",
                                                     SplitName::kTest,
                                                     {}});
  for (const std::string target : {"beat_alignment", "transition_quality"}) {
    const Measurement& model = find(report, target, "model");
    EXPECT_GT(model.pearson, 0.6) << target;
    EXPECT_LT(model.p, 0.01) << target;
    EXPECT_GT(model.explainedVariance, 0.2) << target;
    EXPECT_LT(model.meanAbsoluteError, 0.8 * find(report, target, "mean").meanAbsoluteError)
        << target;
    const Measurement& control = find(report, target, "shuffled labels");
    EXPECT_LT(control.explainedVariance, 0.1) << target;
  }
  EXPECT_TRUE(std::isnan(find(report, "beat_alignment", "mean").pearson));
  // Levels do not tell where the beats lie, and they do tell the step.
  EXPECT_LT(std::fabs(find(report, "beat_alignment", "level and fade only").pearson), 0.3);
  EXPECT_GT(find(report, "transition_quality", "level and fade only").pearson, 0.5);
  EXPECT_TRUE(std::filesystem::exists(scratch.path() / "report/report.md"));
}

TEST(MiniatureRecipe, AModelMeetsOnlyFeaturesThatItWasTrainedOn) {
  const ScratchDirectory scratch;
  writeToyDataset(scratch.path(), {.trainItems = 4, .validationItems = 2, .testItems = 2});
  DatasetInfo info = Dataset(scratch.path()).info();
  const ModelCard card = cardOf("technical", Recipe::kShipped, LabelOrder::kTrue, info);
  writeCard(scratch.path(), card);
  EXPECT_NO_THROW(expectFits(scratch.path(), readCard(scratch.path()), info));
  info.definition = "another";
  EXPECT_THROW(expectFits(scratch.path(), readCard(scratch.path()), info), Error);
}

}  // namespace
}  // namespace dju::learning
