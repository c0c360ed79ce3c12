#include "learning/data/share.h"

#include <gtest/gtest.h>

#include <set>

#include "learning/data/test_support/toy_dataset.h"

namespace dju::learning {
namespace {

std::set<std::string> performances(const Split& split) {
  std::set<std::string> names;
  for (std::size_t item = 0; item < split.items(); ++item)
    names.insert(split.textOf(item, "performance"));
  return names;
}

TEST(KeepShare, KeepsWholePerformancesAndASmallerShareLiesInALarger) {
  const ScratchDirectory scratch;
  writeToyDataset(scratch.path(), {.trainItems = 96, .validationItems = 2, .testItems = 2});
  const Dataset dataset(scratch.path());
  Split all = dataset.open(SplitName::kTrain), half = dataset.open(SplitName::kTrain),
        quarter = dataset.open(SplitName::kTrain), none = dataset.open(SplitName::kTrain);
  keepShare(half, 0.5, 3);
  keepShare(quarter, 0.25, 3);
  keepShare(none, 0, 3);
  EXPECT_LT(half.items(), all.items());
  EXPECT_LT(quarter.items(), half.items());
  EXPECT_GE(none.items(), 1U);
  const auto larger = performances(half);
  for (const std::string& name : performances(quarter)) EXPECT_EQ(larger.count(name), 1U);
  keepShare(all, 1, 3);
  EXPECT_EQ(all.items(), 96U);
}

}  // namespace
}  // namespace dju::learning
