#include "learning/report/statistics.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/random.h"

namespace dju::learning {
namespace {

using Values = std::vector<double>;

TEST(Statistics, PearsonByHand) {
  // Deviations -1.5 … 1.5 and -1.5, .5, -.5, 1.5: 4 / 5.
  EXPECT_DOUBLE_EQ(pearson(Values{1, 2, 3, 4}, Values{1, 3, 2, 4}), 0.8);
  EXPECT_DOUBLE_EQ(pearson(Values{1, 2, 3}, Values{6, 4, 2}), -1);
  EXPECT_TRUE(std::isnan(pearson(Values{1, 2, 3}, Values{0.1, 0.1, 0.1})));
  EXPECT_TRUE(std::isnan(pearson(Values{1}, Values{1})));
}

TEST(Statistics, SpearmanSharesRanksOfEqualValues) {
  EXPECT_DOUBLE_EQ(spearman(Values{1, 10, 100}, Values{1, 2, 3}), 1);
  EXPECT_DOUBLE_EQ(spearman(Values{1, 1, 2}, Values{5, 5, 9}), 1);
}

TEST(Statistics, KendallCountsPairs) {
  EXPECT_DOUBLE_EQ(kendall(Values{1, 2, 3}, Values{4, 5, 9}), 1);
  EXPECT_DOUBLE_EQ(kendall(Values{1, 2, 3}, Values{9, 5, 4}), -1);
  // Pairs: (1,2) equal in a; (1,3), (2,3) in the same order: 2 / sqrt(2 * 3).
  EXPECT_DOUBLE_EQ(kendall(Values{1, 1, 2}, Values{1, 2, 3}), 2 / std::sqrt(6.0));
  EXPECT_TRUE(std::isnan(kendall(Values{1, 1}, Values{1, 2})));
}

TEST(Statistics, ErrorsByHand) {
  EXPECT_DOUBLE_EQ(meanAbsoluteError(Values{1, 2}, Values{2, 4}), 1.5);
  EXPECT_DOUBLE_EQ(explainedVariance(Values{2, 2, 2}, Values{1, 2, 3}), 0);
  EXPECT_DOUBLE_EQ(explainedVariance(Values{1, 2, 3}, Values{1, 2, 3}), 1);
  // One bin says .2 and sees .5, one says .8 and sees .8.
  EXPECT_NEAR(calibrationError(Values{0.2, 0.2, 0.8, 0.8}, Values{0, 1, 0.8, 0.8}), 0.15, 1e-12);
}

TEST(Statistics, IntervalsOfGroupsAreWiderThanOfItems) {
  Random random(3);
  Values prediction;
  Values truth;
  std::vector<std::string> performances;
  std::vector<std::string> items;
  for (int group = 0; group < 20; ++group) {
    const double centre = random.uniform(-1, 1);
    const double off = random.uniform(-1, 1);
    for (int i = 0; i < 20; ++i) {
      truth.push_back(centre + random.uniform(-0.05, 0.05));
      prediction.push_back(centre + off + random.uniform(-0.05, 0.05));
      performances.push_back(std::to_string(group));
      items.push_back(std::to_string(truth.size()));
    }
  }
  const Interval wide = bootstrap(prediction, truth, performances, pearson);
  const Interval narrow = bootstrap(prediction, truth, items, pearson);
  const double r = pearson(prediction, truth);
  EXPECT_LT(wide.low, r);
  EXPECT_GT(wide.high, r);
  EXPECT_GT(wide.high - wide.low, 2 * (narrow.high - narrow.low));
}

TEST(Statistics, ChanceHasALargePAndAFindingASmallOne) {
  Random random(4);
  Values a;
  Values b;
  Values c;
  for (int i = 0; i < 60; ++i) {
    a.push_back(random.uniform());
    b.push_back(random.uniform());
    c.push_back(a.back() + random.uniform());
  }
  EXPECT_GT(permutationP(a, b, pearson), 0.05);
  EXPECT_LT(permutationP(a, c, pearson), 0.01);
}

}  // namespace
}  // namespace dju::learning
