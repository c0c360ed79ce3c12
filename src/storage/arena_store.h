// Tournaments, who takes part, what they are heard by, and votes. Votes are only ever added: one
// that does not count is left out when ratings are made, and one whose voter wants to be forgotten
// loses its voter's name. What was stored here has reached the disk when the call returns, so that
// no vote is lost in a crash. Any thread; calls wait for the disk, so not on a network thread.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "storage/database.h"

namespace dju::storage {

struct ArenaContestant {
  int number = 0;     // from 0, within its tournament; the best seed first
  std::string kind;   // "mixer", "person", or "control": of pairs whose answer is known
  std::string name;   // as shown
  std::string model;  // of a mixer, NAME@VERSION
  std::string preset;
  nlohmann::json parameters = nlohmann::json::object();  // over the preset's
  std::vector<std::string> recordings;                   // of a person
  std::string owner, ownerName;                          // player
  std::vector<std::string> players;                      // all who played, the owner among them
};

struct ArenaTournament {
  std::string id;
  std::string name;
  std::string format;                // single, double, swiss, roundRobin, open
  std::string creator, creatorName;  // player
  int votesPerMatch = 5;
  double clipSeconds = 60;
  std::vector<std::pair<std::string, std::string>> sets;  // track ids
  std::vector<ArenaContestant> contestants;               // by number
  std::int64_t createdAt = 0;                             // ms since the Unix epoch
  std::int64_t endsAt = 0;                                // 0: when it is decided
  std::int64_t endedAt = 0;                               // 0: not yet
};

// One contestant's mix of one set, as voters hear it.
struct ArenaClip {
  int contestant = 0, set = 0;
  std::string state = "waiting";  // waiting, ready, failed
  std::string job;
  std::string key;  // names the file
  double seconds = 0;
  double lufs = 0;    // integrated, as it is heard
  double gainDb = 0;  // that was put on it
  std::string genre;  // of what plays first; empty: not known
  std::string error;
  std::vector<double> traits;  // of a mixer's transition (arena/evolution/traits.h); else empty
};

struct ArenaVote {
  std::int64_t number = 0;  // given by castVote()
  std::string tournament;
  int match = -1;  // of the bracket; -1: of the open arena, or with a known answer
  int a = 0, b = 0, set = 0;
  std::string voter;
  std::string choice;             // "A", "B", "tie", "bothBad"; A is a, however it was presented
  int side = 1;                   // 1: a was presented as A; -1: as B
  double heardA = 0, heardB = 0;  // seconds
  int starsA = 0, starsB = 0;     // 1 to 5; 0: not given
  std::int64_t castAt = 0;        // ms since the Unix epoch
};

struct ArenaVoter {
  std::string id;
  std::string address;         // a pseudonym
  std::int64_t firstSeen = 0;  // ms since the Unix epoch
};

struct ArenaResult {
  int match = 0;
  std::string decision;  // A, B, draw, neither
  std::string by;        // votes, rating, seed, walkover
};

// Somebody who was given a pair of a tournament.
struct ArenaParticipant {
  std::string voter;
  bool finished = false;
};

// Whether mixes chosen for a listener are liked better (arena/taste/trial.h).
struct TrialListener {
  std::string id;
  std::string arm;              // "global" or "personal"
  std::int64_t assignedAt = 0;  // ms since the Unix epoch
};
struct TrialStars {
  std::string listener, clip;  // a clip's key
  std::string arm;
  std::string mixer;  // whose it is
  int stars = 3;      // 1 to 5
  std::int64_t ratedAt = 0;
};

class ArenaStore {
 public:
  explicit ArenaStore(Database& database) : database_(database) {}

  // With its contestants and a waiting clip of each for each set.
  void add(const ArenaTournament& tournament, const std::vector<ArenaClip>& clips);
  std::vector<ArenaTournament> tournaments();  // oldest first
  void end(std::string_view tournament, std::int64_t endedAt);

  void save(std::string_view tournament, const ArenaClip& clip);
  std::vector<ArenaClip> clips(std::string_view tournament);

  void add(std::string_view tournament, const ArenaResult& result);
  std::vector<ArenaResult> results(std::string_view tournament);

  // All at once, so that a disk that is waited for takes several; each one's number. Each may fail
  // for itself (kConflict): this voter has voted on this pair.
  std::vector<Result<std::int64_t>> castVotes(std::span<const ArenaVote> votes);
  std::vector<ArenaVote> votes(std::string_view tournament);  // oldest first
  std::vector<ArenaVote> votesOf(std::string_view voter);

  // Keeps what was first known of them.
  void meet(const ArenaVoter& voter);
  std::vector<ArenaVoter> voters();
  // Once finished, always finished.
  void save(std::string_view tournament, const ArenaParticipant& participant);
  std::vector<ArenaParticipant> participants(std::string_view tournament);

  // The first assignment stays.
  void assign(const TrialListener& listener);
  std::vector<TrialListener> trialListeners();
  // Expected to fail (kConflict): this listener has rated this clip.
  Result<void> rate(const TrialStars& stars);
  std::vector<TrialStars> trialStars();

  // Votes and stars stay, under `pseudonym`; nothing else does.
  void forget(std::string_view voter, std::string_view pseudonym);

 private:
  std::vector<ArenaContestant> contestants(std::string_view tournament);

  Database& database_;
};

}  // namespace dju::storage
