// Ballots: pairs that were given to voters and wait for their votes, with what has been heard. Held
// in memory only: after a restart voters get new ones. One thread (the arena's).
#pragma once

#include <array>
#include <deque>
#include <map>
#include <string>

#include "server/arena/hearing.h"
#include "server/arena/tournament.h"
#include "server/battle/rate_limit.h"

namespace dju::server {

// Of what was heard: a page says it every second or two.
inline RateLimit hearingReports() {
  return {4, 20};
}

struct Ballot {
  std::string id;
  std::string tournament;
  std::string voter;
  VotingPair pair;
  int side = 1;                      // 1: the pair's a is presented as A; -1: as B
  std::array<std::string, 2> sound;  // secrets that name the clips of A and B, in no other ballot
  std::array<std::string, 2> keys;   // of the clips themselves
  Hearing hearing;
  RateLimit reports = hearingReports();

  // What is presented as A (0) or B (1).
  int contestant(std::size_t shown) const { return (shown == 0) == (side > 0) ? pair.a : pair.b; }
};

class Ballots {
 public:
  static constexpr std::size_t kMost = 20000;  // beyond, the oldest is given up

  // The one that a voter has of this tournament, so that nobody chooses among pairs by asking
  // again; null where there is none.
  Ballot* of(const std::string& tournament, const std::string& voter);
  Ballot& add(Ballot ballot);
  // Null for an unknown one.
  Ballot* find(const std::string& id);
  // By a clip's secret: the ballot and which of its clips.
  std::pair<Ballot*, std::size_t> bySound(const std::string& secret);
  void remove(const std::string& id);
  void removeOf(const std::string& voter);

 private:
  std::map<std::string, Ballot> ballots_;
  std::map<std::pair<std::string, std::string>, std::string> byVoter_;  // voter, tournament
  std::map<std::string, std::pair<std::string, std::size_t>> bySound_;
  std::deque<std::string> oldest_;  // may name some that are gone
};

}  // namespace dju::server
