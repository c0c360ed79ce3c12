// Voters of whom it is known who is honest: people with tastes of their own who err at random, and
// attackers of several kinds among them. For the tests and the benchmark of honesty.h.
#pragma once

#include <string_view>
#include <vector>

#include "arena/honesty/ballots.h"
#include "core/random.h"

namespace dju::arena {

enum class Role {
  kHonest,
  kFan,       // always for one contestant where it takes part, else as everybody
  kMildFan,   // likewise, in four of five cases
  kRandom,    // does not listen
  kLeftHand,  // always presses A
  kFarm,      // one of many identities of one address that came at once, all for one contestant
  kSpread,    // likewise, but each from an address of its own
  kCopy,      // a script under many names that gives the same answers each time
};
inline constexpr std::string_view kRoleNames[] = {"honest",   "fan",  "mild fan",    "random",
                                                  "always A", "farm", "spread farm", "copies"};
inline constexpr std::size_t kRoles = 8;

struct CrowdQuestion {
  int contestants = 10;
  int honest = 400;
  int votes = 30;      // of each honest voter and attacker, of whom farms' identities have fewer
  int knownEvery = 8;  // each so manieth pair has a known answer
  double taste = 0.6;  // how far honest voters' strengths differ, log odds
};

struct Crowd {
  std::vector<CastVote> votes;
  std::vector<Voter> voters;
  std::vector<Role> roles;  // by voter
  std::size_t contestants = 0;
};

// `attackers`: how many of each role, in the order of Role; the first is not looked at. Identities
// of farms vote `farmVotes` times.
Crowd drawCrowd(const CrowdQuestion& question, const std::vector<int>& attackers, int farmVotes,
                Random& random);

// Share of each role whose votes were set aside.
std::vector<double> setAsideByRole(const Crowd& crowd);

}  // namespace dju::arena
