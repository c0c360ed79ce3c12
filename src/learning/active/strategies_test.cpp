#include "learning/active/strategies.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace dju::learning {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

// Four items, two members, two targets; items 1 and 2 lie close together.
Pool pool() {
  Pool pool;
  pool.scores = {{{0.9, 0.9}, {0.6, 0.4}, {0.5, 0.99}, {0.1, 0.2}},
                 {{0.1, 0.9}, {0.6, 0.4}, {0.5, 0.9}, {0.1, 0.3}}};
  pool.descriptions = {{0, 0}, {10, 0}, {10, 1}, {0, 7}};
  return pool;
}

TEST(Strategies, EachChoosesWhatItIsNamedAfter) {
  EXPECT_THAT(choose(Strategy::kUncertainty, pool(), {}, {0, 1, 2, 3}, 2, 1), ElementsAre(1, 3));
  EXPECT_THAT(choose(Strategy::kMargin, pool(), {}, {0, 1, 2, 3}, 2, 1), ElementsAre(2, 1));
  EXPECT_THAT(choose(Strategy::kCommittee, pool(), {}, {0, 1, 2, 3}, 2, 1), ElementsAre(0, 3));
  EXPECT_THAT(choose(Strategy::kDiversity, pool(), {0}, {1, 2, 3}, 2, 1), ElementsAre(2, 3))
      << "1 sounds like 2";
}

TEST(Strategies, NothingIsChosenTwiceAndNoMoreThanThereIs) {
  for (const Strategy strategy : {Strategy::kChance, Strategy::kUncertainty, Strategy::kMargin,
                                  Strategy::kCommittee, Strategy::kDiversity})
    EXPECT_THAT(choose(strategy, pool(), {0}, {1, 2, 3}, 9, 1), UnorderedElementsAre(1, 2, 3))
        << nameOf(strategy);
  EXPECT_EQ(choose(Strategy::kChance, pool(), {}, {0, 1, 2, 3}, 2, 7),
            choose(Strategy::kChance, pool(), {}, {0, 1, 2, 3}, 2, 7));
}

TEST(Strategies, ACommitteeOfOneAndUnknownNamesAreRefused) {
  Pool alone = pool();
  alone.scores.pop_back();
  EXPECT_THROW(choose(Strategy::kCommittee, alone, {}, {0, 1}, 1, 1), Error);
  EXPECT_THROW(strategyNamed("best"), Error);
  EXPECT_EQ(strategyNamed("margin"), Strategy::kMargin);
}

TEST(Strategies, LabelsAreReadOffTheCurve) {
  const std::vector<LabelledRound> curve = {{100, 0.4}, {200, 0.2}, {300, 0.25}, {400, 0.1}};
  EXPECT_DOUBLE_EQ(labelsFor(curve, 0.5), 100);
  EXPECT_DOUBLE_EQ(labelsFor(curve, 0.3), 150);
  EXPECT_DOUBLE_EQ(labelsFor(curve, 0.2), 200);
  EXPECT_TRUE(std::isnan(labelsFor(curve, 0.05)));
}

}  // namespace
}  // namespace dju::learning
