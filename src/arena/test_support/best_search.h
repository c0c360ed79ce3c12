// How many votes it takes to find the best of some contestants, by one way to choose pairs or
// another: for the test and the benchmark of pair_choice.h.
#pragma once

#include <vector>

#include "core/random.h"

namespace dju::arena {

enum class PairRule { kRandom, kTopTwo };

struct SearchQuestion {
  int contestants = 10;
  double spread = 0.7;  // standard deviation of the contestants' strengths, log odds
  int most = 2000;      // votes
  int every = 20;       // votes between two fits
};

// How often, in so many searches, the strongest by the votes is not the strongest in truth: a value
// each `every` votes. The same contestants for the same `seed`, whatever the rule.
std::vector<double> errorsByVotes(PairRule rule, const SearchQuestion& question, int searches,
                                  std::uint64_t seed);

// Votes after which errors are at most `share` for good, between two fits by a straight line; the
// most there were where they never are.
double votesUntil(const std::vector<double>& errors, double share, int every);

}  // namespace dju::arena
