// Who is chosen by listeners that had no part in it, on pairs of records that nobody has heard.
// One thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "evolution/audience.h"

namespace dju::bench {

// Points of the later side, by held-out pair: 1 won, 0 lost, 0.5 a tie.
using Points = std::vector<std::vector<double>>;

using Chooser = std::function<const mixer::MixerModel&(Random&)>;

// `votes` of fresh voters on each held-out pair.
Points duel(arena::Stage& heldOut, const Listeners& listeners, std::size_t audience, int votes,
            const Chooser& later, const Chooser& earlier, Random random);

// Adds votes on the same pairs.
void append(Points& all, const Points& more);

// "68.0 [61.1, 74.3] 240": percent, 95 % by bootstrap over pairs, votes.
std::string shareText(const Points& byPair);

// Of the later less the earlier arm in points of percent, both on the same pairs, with 95 %.
std::string differenceText(const Points& one, const Points& other);

}  // namespace dju::bench
