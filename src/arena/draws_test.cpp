// Poisson numbers, one by one and many at once, are what they are said to be.
#include "arena/draws.h"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

#include "arena/vote_cells.h"

namespace dju::arena {
namespace {

struct Spread {
  double mean = 0, variance = 0;
};
Spread spreadOf(const std::vector<double>& draws) {
  const double count = static_cast<double>(draws.size());
  Spread spread;
  spread.mean = std::accumulate(draws.begin(), draws.end(), 0.0) / count;
  for (const double draw : draws)
    spread.variance += (draw - spread.mean) * (draw - spread.mean) / count;
  return spread;
}

TEST(Draws, PoissonNumbersHaveTheirMeanAsVariance) {
  constexpr int kDraws = 100000;
  for (const double mean : {0.3, 1.0, 9.99, 10.0, 35.0, 2000.0}) {
    Random random(5);
    std::vector<double> draws;
    for (int i = 0; i < kDraws; ++i) draws.push_back(poissonDraw(random, mean));
    const Spread spread = spreadOf(draws);
    // Five deviations of each estimate.
    EXPECT_NEAR(spread.mean, mean, 5 * std::sqrt(mean / kDraws)) << mean;
    EXPECT_NEAR(spread.variance, mean, 5 * std::sqrt((2 * mean * mean + mean) / kDraws)) << mean;
  }
}

TEST(Draws, ManyPoissonNumbersOfOneFollowTheirProbabilities) {
  constexpr int kDraws = 1000000;
  const PoissonOfOne poisson;
  Random random(8);
  std::vector<int> counts(30);
  for (int i = 0; i < kDraws; ++i) ++counts[static_cast<std::size_t>(poisson.draw(random))];
  double mass = std::exp(-1.0);
  for (std::size_t k = 0; k < 10; mass /= static_cast<double>(++k)) {
    const double expected = mass * kDraws;
    EXPECT_NEAR(counts[k], expected, 5 * std::sqrt(expected) + 3) << k;
  }
}

TEST(Draws, PoissonNumbersFollowTheirProbabilities) {
  constexpr int kDraws = 200000;
  constexpr double kMean = 12;
  Random random(8);
  std::vector<int> counts(60);
  for (int i = 0; i < kDraws; ++i)
    ++counts[static_cast<std::size_t>(std::min(poissonDraw(random, kMean), 59))];
  double mass = std::exp(-kMean);
  for (std::size_t k = 0; k < 30; mass *= kMean / static_cast<double>(++k)) {
    const double expected = mass * kDraws;
    EXPECT_NEAR(counts[k], expected, 5 * std::sqrt(expected) + 3) << k;
  }
}

// Whether voters have a vote each or all votes are of a few, the drawn counts spread as far as
// voters differ.
TEST(Draws, VotersAreDrawnAnewWhetherTheyHaveOneVoteOrMany) {
  constexpr std::uint32_t kVotes = 120;
  for (const std::uint32_t each : {1U, 10U}) {
    std::vector<RatedVote> votes;
    for (std::uint32_t i = 0; i < kVotes; ++i)
      votes.push_back({i / each, 0, 1, Choice::kA, 0.5, {}});
    const VoteCells cells(votes);
    Random random(3);
    std::vector<double> counts, draws;
    for (int round = 0; round < 20000; ++round) {
      cells.drawCounts(random, counts);
      draws.push_back(counts[VoteCells::place(0, Outcome::kWon)]);
    }
    const Spread spread = spreadOf(draws);
    EXPECT_NEAR(spread.mean, 0.5 * kVotes, 1);
    EXPECT_NEAR(spread.variance, 0.25 * kVotes * each, 0.05 * 0.25 * kVotes * each) << each;
  }
}

}  // namespace
}  // namespace dju::arena
