#include "learning/evaluation/cross_validation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "core/error.h"
#include "learning/data/test_support/toy_dataset.h"

namespace dju::learning {
namespace {

TEST(CrossValidation, GroupsStayWholeAndFoldsAreEven) {
  std::vector<std::string> groups;
  for (int i = 0; i < 200; ++i) groups.push_back("dj-" + std::to_string(i % 23));
  const std::vector<int> folds = dealFolds(groups, 5, 1);
  std::map<std::string, std::set<int>> of;
  std::vector<int> sizes(5);
  for (std::size_t i = 0; i < groups.size(); ++i) {
    of[groups[i]].insert(folds[i]);
    ++sizes[static_cast<std::size_t>(folds[i])];
  }
  for (const auto& [name, where] : of) EXPECT_EQ(where.size(), 1U) << name;
  EXPECT_LE(
      *std::max_element(sizes.begin(), sizes.end()) - *std::min_element(sizes.begin(), sizes.end()),
      9);
  EXPECT_EQ(folds, dealFolds(groups, 5, 1));
  EXPECT_NE(folds, dealFolds(groups, 5, 2));
  EXPECT_THROW(dealFolds({"a", "a", "b"}, 3, 1), Error);
}

TEST(CrossValidation, EveryItemIsJudgedOnceByAModelThatHasNotSeenItsGroup) {
  const ScratchDirectory scratch;
  writeToyDataset(scratch.path() / "data",
                  {.trainItems = 56, .validationItems = 16, .testItems = 8, .frames = 64});
  const Dataset dataset(scratch.path() / "data");
  CrossValidation options;
  options.model = "technical";
  options.training = trainingOf("technical", Recipe::kShipped);
  options.training.epochs = 1;
  options.training.out = scratch.path() / "out";
  options.folds = 2;
  std::vector<int> seen;
  const EvaluationReport report = crossValidate(
      dataset, options, [&](int fold, const TrainingProgress&) { seen.push_back(fold); });
  EXPECT_EQ(seen, (std::vector<int>{1, 2}));
  const Measurement& all = report.measurements.front();
  EXPECT_EQ(all.target, "beat_alignment");
  EXPECT_EQ(all.items, 51U) << "56, of which every tenth has no such label";
  EXPECT_TRUE(std::filesystem::exists(scratch.path() / "out/fold-2/best.pt"));
  EXPECT_TRUE(std::filesystem::exists(scratch.path() / "out/report.json"));
  // Again: the folds are there, nothing is trained twice.
  seen.clear();
  const EvaluationReport again = crossValidate(
      dataset, options, [&](int fold, const TrainingProgress&) { seen.push_back(fold); });
  EXPECT_TRUE(seen.empty());
  EXPECT_DOUBLE_EQ(again.measurements.front().meanAbsoluteError, all.meanAbsoluteError);
}

}  // namespace
}  // namespace dju::learning
