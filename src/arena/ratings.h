// What a set of votes says of the contestants: points with intervals, ranks with intervals, and how
// few votes would have to be others for another winner. Pure; any thread. A second for 100,000
// votes; do not call it where somebody waits.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "arena/bradley_terry.h"
#include "arena/vote.h"

namespace dju::arena {

struct Interval {
  double low = 0, high = 0;  // 95 %
};
struct RankInterval {
  int best = 1, worst = 1;  // 95 %; 1 is first
};

struct RatingQuestion {
  std::size_t contestants = 0;
  std::size_t genres = 1;
  int rounds = 1000;  // of the bootstrap
  std::uint64_t seed = 1;
};

struct ContestantRating {
  double points = kMeanPoints;  // 1500 is the mean; 400 more win ten times as often as they lose
  Interval interval;
  RankInterval rank;
  int wins = 0, losses = 0, ties = 0;  // of the votes that count
};

struct CovariateEffect {
  double points = 0;  // for one unit of the covariate (vote.h)
  Interval interval;
};

struct Ratings {
  std::vector<ContestantRating> contestants;
  std::array<CovariateEffect, kCovariates> effects;  // in the order of Covariate
  double tieShare = 0;                               // among equals
  // So many votes turned round would make another contestant first; nothing where no number would,
  // or there are no votes (winner_flips.h).
  std::optional<int> flips;
};

// Votes of weight 0 are left out. Intervals are those of a bootstrap over voters, in each round of
// which the prior's centre is drawn anew, too: with few votes they are as wide as the prior.
Ratings rate(std::span<const RatedVote> votes, const RatingQuestion& question);

}  // namespace dju::arena
