#include "learning/active/active_learning.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <set>

#include "learning/data/test_support/toy_dataset.h"

namespace dju::learning {
namespace {

class ActiveLearningTest : public testing::Test {
 protected:
  void SetUp() override {
    writeToyDataset(scratch_.path() / "data",
                    {.trainItems = 40, .validationItems = 8, .testItems = 8, .frames = 64});
    options_.model = "technical";
    options_.training = trainingOf("technical", Recipe::kShipped);
    options_.training.epochs = 1;
    options_.training.out = scratch_.path() / "out";
    options_.rounds = 3;
    options_.perRound = 8;
  }
  ScratchDirectory scratch_;
  ActiveLearning options_;
};

TEST_F(ActiveLearningTest, AsksForNewLabelsEachRoundAndIsComparedWithChance) {
  const Dataset dataset(scratch_.path() / "data");
  options_.strategy = Strategy::kCommittee;
  options_.committee = 2;
  const ActiveResult result =
      learnActively(dataset, options_, [](Strategy, const LabelledRound&) {});
  ASSERT_EQ(result.chosen.size(), 3U);
  EXPECT_EQ(result.chosen[2].labels, 24U);
  EXPECT_EQ(result.chance.size(), 3U);
  EXPECT_TRUE(std::filesystem::exists(options_.training.out / "active.json"));
  EXPECT_TRUE(std::filesystem::exists(options_.training.out / "labels.svg"));
  std::set<std::string> asked;
  for (const char* round : {"round-01", "round-02"}) {
    std::ifstream in(options_.training.out / "committee" / round / "chosen.txt");
    for (std::string line; std::getline(in, line);) EXPECT_TRUE(asked.insert(line).second) << line;
  }
  EXPECT_EQ(asked.size(), 16U);
  // Started again it finds everything done and says the same.
  const ActiveResult again =
      learnActively(dataset, options_, [](Strategy, const LabelledRound&) {});
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_DOUBLE_EQ(again.chosen[i].error, result.chosen[i].error);
}

TEST_F(ActiveLearningTest, TrainedModelsNameWhatToLabelNext) {
  const Dataset dataset(scratch_.path() / "data");
  options_.rounds = 1;
  learnActively(dataset, options_, [](Strategy, const LabelledRound&) {});
  const std::vector<std::string> ids = chooseForLabelling(dataset, {}, Strategy::kDiversity, 5);
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), 5U);
  EXPECT_TRUE(ids.front().starts_with("toy-"));
}

}  // namespace
}  // namespace dju::learning
