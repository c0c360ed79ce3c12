// Which voters count, which are set aside, and why. Each suspicion is a likelihood ratio with a
// bound on false alarms (Markov: a ratio above c happens to an honest voter at most once in c
// times), so that a person with an odd taste is not silenced by a rule of thumb. docs/arena.md has
// the rules, bench/arena how many attackers are caught. Pure; any thread; seconds for 100,000
// votes.
#pragma once

#include <vector>

#include "arena/honesty/ballots.h"

namespace dju::arena {

// By voter. The ratings that voters are measured against are those of the voters who are trusted:
// found by turns, until nothing changes.
std::vector<Trust> trustOf(const Ballots& ballots);

}  // namespace dju::arena
