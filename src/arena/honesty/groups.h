// Voters who belong together: who came from one address within minutes, and who choose alike beyond
// chance. To share an address is no offence; what such a group does is judged as if it were one
// voter (honesty.h). Pure; any thread.
#pragma once

#include <functional>
#include <vector>

#include "arena/honesty/ballots.h"

namespace dju::arena {

using Group = std::vector<std::uint32_t>;  // voters

// Three or more of one address, each of whom was first seen within ten minutes of the one before.
std::vector<Group> sharedOrigins(std::span<const Voter> voters);

// Two or more who agree with each other where chance would not. `agreement`: how likely two honest
// voters are to choose the same about a subject.
std::vector<Group> copies(std::span<const CastVote> votes, std::size_t voters,
                          const std::function<double(const CastVote&)>& agreement);

}  // namespace dju::arena
