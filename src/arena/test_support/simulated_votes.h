// Votes whose truth is known: drawn from the model that the ratings fit. For tests and benchmarks.
#pragma once

#include <vector>

#include "arena/vote.h"
#include "core/random.h"

namespace dju::arena {

struct VoteTruth {
  std::vector<double> strengths;  // log odds
  double tie = -0.7;              // as the model's
  double loudnessEffect = 0, sideEffect = 0;
};

// What a voter says of two contestants. `at` of `vote` is taken into account.
Choice drawChoice(const VoteTruth& truth, const RatedVote& vote, Random& random);

// `votes` of random pairs by `voters`, with random sides.
std::vector<RatedVote> drawVotes(const VoteTruth& truth, int votes, int voters, Random& random);

}  // namespace dju::arena
