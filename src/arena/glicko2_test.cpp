#include "arena/glicko2.h"

#include <gmock/gmock.h>

#include <vector>

namespace dju::arena {
namespace {

// The example of Glickman's paper: one player, three games.
TEST(Glicko2, givesWhatThePaperGives) {
  const PersonRating player{1500, 200, 0.06};
  const std::vector<Game> games{
      {{1400, 30, 0.06}, 1}, {{1550, 100, 0.06}, 0}, {{1700, 300, 0.06}, 0}};
  const PersonRating after = afterPeriod(player, games);
  EXPECT_NEAR(after.points, 1464.06, 0.01);
  EXPECT_NEAR(after.deviation, 151.52, 0.01);
  EXPECT_NEAR(after.volatility, 0.05999, 0.00001);
}

TEST(Glicko2, whoDoesNotPlayBecomesLessCertain) {
  const PersonRating after = afterPeriod({1600, 100, 0.06}, {});
  EXPECT_DOUBLE_EQ(after.points, 1600);
  EXPECT_GT(after.deviation, 100);
  EXPECT_LE(afterPeriod({1600, 349.99, 0.06}, {}).deviation, 350);
}

TEST(Glicko2, aTieBetweenEqualsChangesNothingButCertainty) {
  const std::vector<Game> tie{{{1500, 350, 0.06}, 0.5}};
  const PersonRating after = afterPeriod({}, tie);
  EXPECT_NEAR(after.points, 1500, 1e-9);
  EXPECT_LT(after.deviation, 350);
}

TEST(Glicko2, aGreatSurpriseRaisesVolatility) {
  const std::vector<Game> lost(10, {{1000, 30, 0.06}, 0});
  EXPECT_GT(afterPeriod({2000, 30, 0.06}, lost).volatility, 0.06);
}

}  // namespace
}  // namespace dju::arena
