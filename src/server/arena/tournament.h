// One tournament: its clips, its bracket, its votes, what comes next for a voter. What changes is
// stored before it is believed, so that it can be read back after a crash and is the same. One
// thread (the arena's).
#pragma once

#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "arena/brackets/bracket.h"
#include "arena/pair_choice.h"
#include "server/arena/standings.h"
#include "storage/arena_store.h"

namespace dju::server {

// Two clips that a voter is to compare. Contestant `a` is the pair's first, on whichever side.
struct VotingPair {
  int match = -1;
  int a = 0, b = 0, set = 0;
};

class Tournament {
 public:
  // Reads what is stored of it.
  Tournament(storage::ArenaStore& store, storage::ArenaTournament row);

  const storage::ArenaTournament& row() const { return row_; }
  const storage::ArenaClip& clip(int contestant, int set) const;
  const storage::ArenaContestant& contestant(int number) const;
  const std::vector<storage::ArenaClip>& clips() const { return clips_; }
  const std::vector<storage::ArenaVote>& votes() const { return votes_; }
  std::vector<const storage::ArenaVote*> votesOf(const std::string& voter) const;
  // Without those of pairs with a known answer.
  int contestants() const { return contestants_; }
  bool preparing() const;
  bool ended() const { return row_.endedAt != 0; }
  // Whether it is this player's, or one that they played together with its owner.
  bool ownedBy(int contestant, std::string_view player) const;

  // A clip that was made or failed.
  void take(const storage::ArenaClip& clip);
  // What is next for this voter. Expected to fail: kConflict while it is prepared, when it has
  // ended, and when nothing is left; kForbidden when only the voter's own mixes are left.
  Result<VotingPair> next(const std::string& voter, Random& random) const;
  // How many pairs are left for them, as things stand.
  int left(const std::string& voter) const;
  // Keeps the pair of a vote that is on its way to the disk. Expected to fail: kConflict for a
  // second vote and after the end. One of the two below follows.
  Result<void> reserve(const storage::ArenaVote& vote);
  void take(const storage::ArenaVote& written);
  void release(const storage::ArenaVote& lost);
  bool awaitsVotes() const { return reserved_ > 0; }

  // Who was given a pair, and whether they have finished: have judged kCardPairs pairs, or all
  // there were for them. What changes is to be stored by the caller. True where it is new.
  static constexpr std::size_t kCardPairs = 10;
  bool begin(const std::string& voter);
  bool finish(const std::string& voter);
  struct Participants {
    int began = 0, finished = 0;
  };
  Participants participants() const;
  // Whether they have finished; nothing where they were never given a pair.
  std::optional<bool> participation(const std::string& voter) const;
  // Decides what can be decided, after something has changed. `now`: ms since the Unix epoch.
  void settle(std::int64_t now);
  bool isOver(std::int64_t now) const { return !ended() && row_.endsAt != 0 && now >= row_.endsAt; }
  // Decides everything with the votes there are.
  void end(std::int64_t now);
  void rename(const std::string& player, const std::string& pseudonym);

  StandingsQuestion question() const;
  void take(Standings standings) { standings_ = std::move(standings); }
  bool standingsAreOld() const { return standings_.votes != votes_.size(); }
  const Standings& standings() const { return standings_; }

  // The bracket as it is; nothing in the open arena.
  const std::optional<arena::Bracket>& bracket() const { return bracket_; }
  struct Tally {
    int a = 0, b = 0, tie = 0, bothBad = 0;
    void add(const std::string& choice);
  };
  Tally tally(int match) const;
  // Of two contestants with one set, whatever the match.
  Tally tally(const VotingPair& pair) const;
  const storage::ArenaResult* result(int match) const;

  // Who has won, and what decided it; nothing while it goes on.
  struct Outcome {
    std::optional<int> champion;
    std::string by;  // matches, direct, opponents, seed, rating, walkover, noVotes, nothingToHear
  };
  std::optional<Outcome> outcome() const;

 private:
  bool hasControls() const;
  bool usable(int contestant) const;
  bool canMeet(int a, int b, int set) const;
  bool hasVoted(const VotingPair& pair, const std::string& voter) const;
  std::vector<VotingPair> openPairs(const std::string& voter) const;
  std::optional<VotingPair> knownPair(const std::string& voter, Random& random) const;
  VotingPair thompsonPair(const std::vector<VotingPair>& open, Random& random) const;
  double weightOf(const storage::ArenaVote& vote) const;
  double points(int contestant) const;
  std::optional<storage::ArenaResult> walkover(const arena::Match& match) const;
  std::optional<storage::ArenaResult> decide(const arena::Match& match, bool now) const;
  void findBracket();
  bool decideOpen(bool now);
  void finishAt(std::int64_t now);
  void count(const storage::ArenaVote& vote);
  const std::vector<std::size_t>& votesIn(int match) const;

  storage::ArenaStore& store_;
  storage::ArenaTournament row_;
  int contestants_ = 0;
  std::vector<storage::ArenaClip> clips_;
  std::vector<storage::ArenaResult> results_;
  std::vector<storage::ArenaVote> votes_;
  std::map<int, std::vector<std::size_t>> byMatch_;            // places in votes_
  std::map<std::string, std::set<std::array<int, 4>>> voted_;  // by voter: match, a, b, set
  int reserved_ = 0;                                           // votes on their way
  std::map<std::string, bool> participants_;                   // whether they have finished
  std::optional<arena::Bracket> bracket_;
  Standings standings_;
};

}  // namespace dju::server
