// From a tournament's votes to whom they put where: honesty first, then ratings. Pure and slow (a
// second for 100,000 votes), so the arena has a thread for it.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "arena/honesty/ballots.h"
#include "arena/ratings.h"
#include "arena/taste/trial.h"
#include "storage/arena_store.h"

namespace dju::server {

// A copy of what is looked at.
struct StandingsQuestion {
  int contestants = 0;  // those behind them are of pairs with a known answer
  int sets = 0;
  std::vector<storage::ArenaClip> clips;  // by contestant, then set
  std::vector<storage::ArenaVote> votes;
  std::map<std::string, storage::ArenaVoter> voters;
};

struct Standings {
  std::size_t votes = 0;                      // that were looked at
  arena::Ratings ratings;                     // by contestant
  arena::BradleyTerry::Fit fit;               // for choosing pairs
  std::map<std::string, arena::Trust> trust;  // by voter; who is missing is trusted
  int counted = 0;                            // votes
  std::map<std::string, int> setAside;        // votes, by reason
  arena::MeanRating stars;                    // of all mixes that got any
};

// As votes are stored: "A", "B", "tie"; else both bad.
arena::Choice choiceOf(const std::string& choice);

// The statistics' view of a vote on these two clips; voter, contestants' numbers, genre and weight
// are those of the tournament, or left to the caller.
arena::RatedVote ratedVote(const storage::ArenaVote& vote, const storage::ArenaClip& a,
                           const storage::ArenaClip& b);

Standings standingsOf(const StandingsQuestion& question);

}  // namespace dju::server
