#include "arena/bradley_terry.h"

#include <gmock/gmock.h>

#include <cmath>

#include "arena/test_support/simulated_votes.h"

namespace dju::arena {
namespace {

using testing::DoubleNear;

RatedVote vote(std::uint32_t a, std::uint32_t b, Choice choice) {
  RatedVote made;
  made.a = a;
  made.b = b;
  made.choice = choice;
  return made;
}

TEST(BradleyTerry, findsTheTruthBehindManyVotes) {
  const VoteTruth truth{{1, 0.4, 0, -0.3, -1.1}, -0.5, 0.8, 0.3};
  Random random(1);
  const auto votes = drawVotes(truth, 60000, 3000, random);
  const VoteCells cells(votes);
  const BradleyTerry model(cells, {5, 1});
  const auto fit = model.fit(cells.counts());
  for (std::size_t i = 1; i < 5; ++i)
    EXPECT_THAT(fit.parameters[i] - fit.parameters[0],
                DoubleNear(truth.strengths[i] - truth.strengths[0], 0.08));
  EXPECT_THAT(fit.parameters[model.shape().tie()], DoubleNear(truth.tie, 0.04));
  EXPECT_THAT(fit.parameters[model.shape().effect(0)], DoubleNear(truth.loudnessEffect, 0.2));
  EXPECT_THAT(fit.parameters[model.shape().effect(2)], DoubleNear(truth.sideEffect, 0.04));
}

TEST(BradleyTerry, aPairsOrderDoesNotMatter) {
  std::vector<RatedVote> votes{vote(0, 1, Choice::kA), vote(0, 1, Choice::kTie)};
  std::vector<RatedVote> turned{vote(1, 0, Choice::kB), vote(1, 0, Choice::kTie)};
  votes[0].at = {0.1, 0.2, 1, 0};
  turned[0].at = {-0.1, -0.2, -1, 0};
  const VoteCells cells(votes), others(turned);
  EXPECT_EQ(BradleyTerry(cells, {2, 1}).fit(cells.counts()).parameters,
            BradleyTerry(others, {2, 1}).fit(others.counts()).parameters);
}

TEST(BradleyTerry, whoWonEveryVoteIsStrongButNotInfinitely) {
  const std::vector<RatedVote> votes(500, vote(0, 1, Choice::kA));
  const VoteCells cells(votes);
  const auto fit = BradleyTerry(cells, {2, 1}).fit(cells.counts());
  EXPECT_GT(fit.parameters[0] - fit.parameters[1], 3);
  EXPECT_LT(fit.parameters[0] - fit.parameters[1], 10);
}

TEST(BradleyTerry, bothBadCountsAsATie) {
  const std::vector<RatedVote> tied(7, vote(0, 1, Choice::kTie));
  const std::vector<RatedVote> bad(7, vote(0, 1, Choice::kBothBad));
  const VoteCells cells(tied), others(bad);
  EXPECT_EQ(cells.counts(), others.counts());
}

TEST(BradleyTerry, aGenreMayHaveAnotherFavourite) {
  std::vector<RatedVote> votes;
  for (int i = 0; i < 400; ++i) {
    votes.push_back(vote(0, 1, i % 4 == 0 ? Choice::kB : Choice::kA));
    votes.push_back(vote(0, 1, i % 4 == 0 ? Choice::kA : Choice::kB));
    votes.back().at.genre = 1;
  }
  const VoteCells cells(votes);
  const BradleyTerry model(cells, {2, 2});
  const auto fit = model.fit(cells.counts());
  EXPECT_THAT(fit.parameters[0], DoubleNear(fit.parameters[1], 1e-6));
  EXPECT_GT(fit.parameters[model.shape().deviation(0, 0)],
            fit.parameters[model.shape().deviation(0, 1)] + 0.4);
}

TEST(BradleyTerry, aRefitIsAFitToATenthOfAPoint) {
  const VoteTruth truth{{0.7, 0.2, -0.1, -0.8}, -0.5, 0, 0.2};
  Random random(2);
  const auto votes = drawVotes(truth, 900, 60, random);
  const VoteCells cells(votes);
  const BradleyTerry model(cells, {4, 1});
  const auto fit = model.fit(cells.counts());
  std::vector<double> counts;
  for (int round = 0; round < 20; ++round) {
    cells.drawCounts(random, counts);
    const auto exact = model.fit(counts).parameters;
    const auto quick = model.refit(fit, counts, model.priorCentre());
    for (std::size_t i = 0; i < 4; ++i)
      EXPECT_THAT(kPointsAStrength * quick[i], DoubleNear(kPointsAStrength * exact[i], 0.15));
  }
}

}  // namespace
}  // namespace dju::arena
