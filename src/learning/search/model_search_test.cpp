#include "learning/search/model_search.h"

#include <gtest/gtest.h>

#include "learning/data/test_support/toy_dataset.h"

namespace dju::learning {
namespace {

TEST(ModelSearch, TrialsAreTrainingsAndTheBestCanBeTrained) {
  const ScratchDirectory scratch;
  writeToyDataset(scratch.path() / "data",
                  {.trainItems = 16, .validationItems = 8, .testItems = 8, .frames = 64});
  const Dataset dataset(scratch.path() / "data");
  ModelSearch search;
  search.model = "technical";
  search.training.out = scratch.path() / "out";
  search.training.epochs = 1;
  search.genetic = {2, 1, 1};
  int trials = 0;
  const Trial best = searchModel(dataset, search, [&](const Trial&) { ++trials; });
  EXPECT_EQ(trials, 2);
  EXPECT_GT(best.loss, 0);
  EXPECT_TRUE(std::filesystem::exists(scratch.path() / "out/best.json"));
  EXPECT_TRUE(std::filesystem::exists(scratch.path() / "out/search.svg"));
  EXPECT_FALSE(std::filesystem::exists(scratch.path() / "out/trial"));
  const FoundTraining found = foundTraining(search, best);
  EXPECT_EQ(found.rate, best.settings.at("learning_rate").front());
  EXPECT_EQ(modelSettingsIn(found.shape).at("conv_filters").size(), 3U) << "one a layer";
  searchModel(dataset, search, [&](const Trial&) { ++trials; });
  EXPECT_EQ(trials, 2) << "a finished search tries nothing again";
}

TEST(ModelSearch, EveryArchitectureOfTheSpaceCanBeBuilt) {
  const ScratchDirectory scratch;
  writeToyDataset(scratch.path(),
                  {.trainItems = 4, .validationItems = 2, .testItems = 2, .frames = 64});
  const Dataset dataset(scratch.path());
  const SearchSpace space = SearchSpace::architecture();
  for (const std::vector<double>& corner : {space.low(), space.high()}) {
    ModelSettings shape = space.at(corner);
    shape["lstm_units"] = {16};  // wide ones take long, not another way
    shape["dense_units"] = {16};
    shape["conv_filters"] = {8};
    const ModelPtr model = makeModel("layered", Recipe::kShipped, dataset.info(), shape);
    const torch::Tensor logits = model->forward(
        {torch::rand({2, 64, static_cast<std::int64_t>(dataset.info().columns.size())}), {}});
    EXPECT_EQ(logits.sizes(), (torch::IntArrayRef{2, 8})) << textOf(shape);
    EXPECT_TRUE(logits.isfinite().all().item<bool>());
  }
}

}  // namespace
}  // namespace dju::learning
