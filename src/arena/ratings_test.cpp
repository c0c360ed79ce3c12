#include "arena/ratings.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "arena/test_support/simulated_votes.h"
#include "arena/winner_flips.h"

namespace dju::arena {
namespace {

std::vector<RatedVote> duel(int forFirst, int forSecond) {
  std::vector<RatedVote> votes;
  for (int i = 0; i < forFirst + forSecond; ++i) {
    RatedVote vote;
    vote.voter = static_cast<std::uint32_t>(i);
    vote.choice = i < forFirst ? Choice::kA : Choice::kB;
    votes.push_back(vote);
  }
  return votes;
}

TEST(Ratings, withoutVotesNobodyIsFirst) {
  const Ratings ratings = rate({}, {4});
  ASSERT_EQ(ratings.contestants.size(), 4U);
  for (const ContestantRating& each : ratings.contestants) {
    EXPECT_DOUBLE_EQ(each.points, kMeanPoints);
    EXPECT_LT(each.interval.low, kMeanPoints - 300);
    EXPECT_GT(each.interval.high, kMeanPoints + 300);
    EXPECT_EQ(each.rank.best, 1);
    EXPECT_EQ(each.rank.worst, 4);
  }
  EXPECT_FALSE(ratings.flips);
}

TEST(Ratings, withoutContestantsThereIsNothing) {
  EXPECT_TRUE(rate({}, {0}).contestants.empty());
}

TEST(Ratings, aFewVotesAreNotMuch) {
  const Ratings three = rate(duel(3, 0), {2});
  EXPECT_GT(three.contestants[0].points, three.contestants[1].points);
  EXPECT_EQ(three.contestants[0].rank.worst, 2);
  const Ratings many = rate(duel(80, 20), {2});
  EXPECT_EQ(many.contestants[0].rank.worst, 1);
  EXPECT_LT(many.contestants[0].interval.high - many.contestants[0].interval.low,
            three.contestants[0].interval.high - three.contestants[0].interval.low);
}

TEST(Ratings, theTruthLiesWithinTheIntervals) {
  const VoteTruth truth{{0.6, 0.3, 0, -0.3, -0.6}};
  Random random(3);
  int within = 0, all = 0;
  for (int repetition = 0; repetition < 60; ++repetition) {
    const auto votes = drawVotes(truth, 400, 80, random);
    RatingQuestion question{5};
    question.rounds = 200;
    const Ratings ratings = rate(votes, question);
    for (std::size_t i = 0; i < 5; ++i, ++all) {
      const double points = kMeanPoints + kPointsAStrength * truth.strengths[i];
      const Interval interval = ratings.contestants[i].interval;
      within += points >= interval.low && points <= interval.high ? 1 : 0;
    }
  }
  EXPECT_GT(static_cast<double>(within) / all, 0.9);
}

TEST(Ratings, votesOfOneVoterAreNotIndependent) {
  auto votes = duel(60, 40);
  const Ratings many = rate(votes, {2});
  for (RatedVote& vote : votes) vote.voter /= 25;
  const Ratings four = rate(votes, {2});
  EXPECT_GT(four.contestants[0].interval.high - four.contestants[0].interval.low,
            1.3 * (many.contestants[0].interval.high - many.contestants[0].interval.low));
}

TEST(Ratings, votesOfNoWeightAreLeftOut) {
  auto votes = duel(10, 30);
  for (std::size_t i = 10; i < votes.size(); ++i) votes[i].weight = 0;
  const Ratings ratings = rate(votes, {2});
  EXPECT_EQ(ratings.contestants[0].wins, 10);
  EXPECT_EQ(ratings.contestants[0].losses, 0);
  EXPECT_GT(ratings.contestants[0].points, kMeanPoints);
}

TEST(Ratings, areTheSameForTheSameSeed) {
  const auto votes = duel(12, 7);
  EXPECT_EQ(rate(votes, {2}).contestants[0].interval.low,
            rate(votes, {2}).contestants[0].interval.low);
}

// By trying: turns round every subset of the votes, the smallest first.
int fewestByTrying(std::vector<RatedVote> votes, std::size_t contestants) {
  const auto strengthsOf = [&](const std::vector<RatedVote>& some) {
    const VoteCells cells(some);
    auto strengths = BradleyTerry(cells, {contestants, 1}).fit(cells.counts()).parameters;
    strengths.resize(contestants);
    return strengths;
  };
  const auto strengths = strengthsOf(votes);
  const auto winner = std::max_element(strengths.begin(), strengths.end()) - strengths.begin();
  int fewest = 99;
  for (unsigned subset = 1; subset < 1U << votes.size(); ++subset) {
    const int size = __builtin_popcount(subset);
    if (size >= fewest) continue;
    std::vector<RatedVote> turned = votes;
    for (std::size_t i = 0; i < votes.size(); ++i) {
      if ((subset >> i & 1) != 0)
        turned[i].choice = votes[i].choice == Choice::kA ? Choice::kB : Choice::kA;
    }
    const auto after = strengthsOf(turned);
    const double best = *std::max_element(after.begin(), after.end());
    if (best > after[static_cast<std::size_t>(winner)] + 1e-7) fewest = size;
  }
  return fewest;
}

TEST(WinnerFlips, areAsFewAsTryingFinds) {
  const VoteTruth truth{{0.8, 0.2, -0.6}, -30};
  Random random(4);
  for (int repetition = 0; repetition < 12; ++repetition) {
    const auto votes = drawVotes(truth, 9, 9, random);
    const Ratings ratings = rate(votes, {3});
    ASSERT_TRUE(ratings.flips);
    EXPECT_EQ(*ratings.flips, fewestByTrying(votes, 3)) << "repetition " << repetition;
  }
}

TEST(WinnerFlips, growWithTheLead) {
  EXPECT_EQ(rate(duel(6, 5), {2}).flips, 1);
  EXPECT_EQ(rate(duel(30, 10), {2}).flips, 11);
}

}  // namespace
}  // namespace dju::arena
