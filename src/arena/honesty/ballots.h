// What is looked at to tell honest votes from others: votes with what they were about and when, and
// what is known of voters without knowing them. Plain values; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "arena/vote.h"

namespace dju::arena {

struct CastVote {
  RatedVote vote;             // its weight is not looked at
  std::uint32_t subject = 0;  // pair of mixes; the same number for the same two
  std::int64_t castAt = 0;    // ms since any epoch
};

// By number of voter.
struct Voter {
  std::string address;         // anything that is equal for equal addresses; empty: not known
  std::int64_t firstSeen = 0;  // ms, as CastVote::castAt
  int knownAsked = 0;          // pairs whose answer is known, of which
  int knownRight = 0;          // so many were answered rightly
};

enum class Doubt {
  kNone,
  kFavours,       // always this contestant, more than any taste explains
  kGroupFavours,  // one of many that came together and favour one contestant
  kCopies,        // the same choices as another voter, more often than chance has it
  kInattentive,   // wrong where the answer is known
  kCrowded,       // more votes from one address than one person can give; counts less, not nothing
};
inline constexpr std::string_view kDoubtNames[] = {"none",   "favours",     "groupFavours",
                                                   "copies", "inattentive", "crowded"};

// What is thought of a voter, and so of each vote of theirs. Nothing is ever deleted: votes of
// weight 0 are set aside, and come back when more votes show that they were honest.
struct Trust {
  double weight = 1;
  Doubt doubt = Doubt::kNone;
  std::uint32_t contestant = 0;  // whom they favour
};

struct Ballots {
  std::span<const CastVote> votes;
  std::span<const Voter> voters;
  std::size_t contestants = 0;
  std::size_t genres = 1;
};

}  // namespace dju::arena
