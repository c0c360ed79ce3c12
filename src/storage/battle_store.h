// Battles and recordings as rows, and the audience's votes. The log itself is a file that the
// server writes (recordings/ID.djlog); here is what is listed and searched. Any thread.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/error.h"
#include "storage/database.h"

namespace dju::storage {

struct BattleRow {
  std::string id;
  std::string name;
  std::string format;                                  // back_to_back, rounds, free
  std::string kind;                                    // live, replay, mix (a model played it)
  std::string state;                                   // waiting, running, ended
  std::string visibility;                              // public, unlisted
  std::string creator;                                 // player id
  std::string invite, watch;                           // secrets
  nlohmann::json config = nlohmann::json::object();    // rounds, roundSeconds …
  nlohmann::json players = nlohmann::json::array();    // [{seat, playerId, name}]
  nlohmann::json tracklist = nlohmann::json::array();  // [{frame, deck, trackId, title, artist}]
  std::int64_t createdAt = 0;                          // ms since the Unix epoch
  std::int64_t endedAt = 0;                            // 0 = not ended
  std::int64_t frames = 0;                             // length of the recording at 48 kHz
  std::string hash;                                    // last mark of the log
  int dspRevision = 0;
  std::int64_t logBytes = 0;
  bool hasArchive = false;
};

// One voice on one question; the same contract for battles between people and between models.
struct Vote {
  int version = 1;
  std::string subject;             // "battle:ID" or "battle:ID/round:N"
  std::vector<std::string> sides;  // what was compared, e.g. the players' ids
  std::string choice;              // "A", "B", "tie"
  std::string voter;               // player id
  std::vector<std::pair<std::int64_t, std::int64_t>> heard;  // engine frames [from, to)
  std::int64_t frame = 0;   // engine frame the voter heard when voting
  std::int64_t castAt = 0;  // ms since the Unix epoch
};

// What the judge found when a battle had ended.
struct VerdictRow {
  std::string battle;
  std::string rubric;       // the document that it was judged by
  nlohmann::json report;    // docs/judging.md
  std::int64_t madeAt = 0;  // ms since the Unix epoch
};

struct VoteCount {
  int a = 0, b = 0, tie = 0;
};

class BattleStore {
 public:
  explicit BattleStore(Database& database) : database_(database) {}

  // Inserts or replaces the row of that id.
  void save(const BattleRow& battle);
  Result<BattleRow> battle(std::string_view id);
  // With its verdict; votes stay, they are their voters'.
  void remove(std::string_view id);
  // Newest first. An empty state means all. Only public ones with publicOnly.
  enum class Listing { kPublic, kAll };
  std::vector<BattleRow> battles(std::string_view state, Listing listing, int limit, int offset);
  std::int64_t countBattles(std::string_view state, Listing listing);
  // Ended live battles with a log: what GET /recordings lists.
  std::vector<BattleRow> recordings(int limit, int offset);
  std::int64_t countRecordings();
  // Battles created by this player since then; for the limit a guest and hour.
  int createdSince(std::string_view player, std::int64_t sinceMs);

  // One vote a voter and subject: a second one replaces the first.
  Result<VoteCount> castVote(const Vote& vote);
  VoteCount votes(std::string_view subject);

  // Inserts or replaces.
  void saveVerdict(const VerdictRow& verdict);
  std::optional<VerdictRow> verdict(std::string_view battle);

 private:
  Database& database_;
};

}  // namespace dju::storage
