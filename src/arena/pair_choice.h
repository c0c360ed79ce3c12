// Whom to compare next so that the best is found with few votes: top-two Thompson sampling (Russo,
// "Simple Bayesian algorithms for best-arm identification", 2016) on the posterior of the ratings.
// A draw of all strengths names a leader; draws until one names another give the challenger. Votes
// so go where the first place is in doubt, not to who is known to lose. Pure; any thread.
#pragma once

#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "arena/bradley_terry.h"

namespace dju::arena {

using ContestantPair = std::pair<std::size_t, std::size_t>;
// Whether these two can be compared now (by this voter).
using IsOpen = std::function<bool(std::size_t, std::size_t)>;

// Nothing where no two can be compared. `contestants` as in the fit's shape.
std::optional<ContestantPair> topTwoPair(const BradleyTerry::Fit& fit, std::size_t contestants,
                                         Random& random, const IsOpen& isOpen);

// Any two, each as likely: what top-two is measured against.
std::optional<ContestantPair> randomPair(std::size_t contestants, Random& random,
                                         const IsOpen& isOpen);

}  // namespace dju::arena
