// Mixers over all tournaments: one rating of each by all votes on it that count, what its
// transitions are like, and how listeners liked it. Pure and slow (a second for 100,000 votes), so
// the arena makes it on the raters' thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "arena/evolution/traits.h"
#include "arena/honesty/ballots.h"
#include "arena/ratings.h"
#include "arena/taste/trial.h"
#include "storage/arena_store.h"

namespace dju::server {

// A copy of what is looked at.
struct OverallTournament {
  storage::ArenaTournament row;
  std::vector<storage::ArenaClip> clips;  // by contestant, then set
  std::vector<storage::ArenaVote> votes;
  std::map<std::string, arena::Trust> trust;  // by voter; who is missing is trusted
};

// One of a mixer's mixes, to be heard.
struct OverallClip {
  std::string key;
  double seconds = 0;
  std::pair<std::string, std::string> tracks;
};

struct OverallMixer {
  std::string name;              // model, preset, "*" where parameters were turned
  storage::ArenaContestant who;  // model, preset, parameters count
  int tournaments = 0;
  arena::ContestantRating rating;
  int stars = 0, starred = 0;  // sum, and of how many
  // Mean over its clips of what they have more of than the clip of rules@1 of the same tracks, so
  // that mixers of different tournaments can be compared. Nothing where there is no such pair.
  std::optional<arena::Traits> traits;
  std::vector<OverallClip> clips;
};

struct Overall {
  std::size_t votes = 0;             // that were looked at, those that do not count among them
  std::vector<OverallMixer> mixers;  // best first
  arena::MeanRating stars;           // of everything that got any
  // By name; null where there is none.
  const OverallMixer* find(const std::string& name) const;
};

std::string mixerName(const storage::ArenaContestant& who);
// A clip's traits, where it has as many as there are.
std::optional<arena::Traits> traitsOf(const storage::ArenaClip& clip);

Overall overallOf(const std::vector<OverallTournament>& tournaments);

}  // namespace dju::server
