#include "server/battle/battle_service.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "core/hash.h"
#include "core/log.h"
#include "server/battle/battle_papers.h"
#include "server/battle/log_file.h"
#include "storage/battle_store.h"
#include "storage/tracklist.h"

namespace dju::server {
namespace {

using nlohmann::json;

constexpr int kMaxRounds = 8;
constexpr auto kSweep = std::chrono::seconds(1);
constexpr auto kKeepEnded = std::chrono::minutes(30);  // for votes and late looks

int integerField(const json& request, const char* key, int otherwise, int low, int high) {
  if (!request.contains(key) || request[key].is_null()) return otherwise;
  const json& value = request[key];
  if (!value.is_number_integer() || value < low || value > high)
    throw Error(ErrorCode::kInvalid,
                fmt::format("{}: send a whole number from {} to {}", key, low, high));
  return value.get<int>();
}

bool boolField(const json& request, const char* key, bool otherwise) {
  if (!request.contains(key) || request[key].is_null()) return otherwise;
  if (!request[key].is_boolean())
    throw Error(ErrorCode::kInvalid, fmt::format("{}: send true or false", key));
  return request[key];
}

std::string textField(const json& request, const char* key, const std::string& otherwise) {
  if (!request.contains(key) || request[key].is_null()) return otherwise;
  if (!request[key].is_string())
    throw Error(ErrorCode::kInvalid, fmt::format("{}: send a text", key));
  return request[key];
}

// POST /api/v1/battles, checked.
RoomConfig roomConfig(const json& request) {
  if (!request.is_object()) throw Error(ErrorCode::kInvalid, "battle: send {name, format, …}");
  RoomConfig config;
  config.id = "b-" + randomHex(8);
  config.name = cleanName(textField(request, "name", "Battle")).valueOrThrow();
  const std::string format = textField(request, "format", "back_to_back");
  const auto found = findFormat(format);
  if (!found)
    throw Error(
        ErrorCode::kInvalid,
        fmt::format("format: \"{}\"; send back_to_back, rounds or free", format.substr(0, 40)));
  config.format = *found;
  config.rounds = integerField(request, "rounds", 3, 1, kMaxRounds);
  config.roundSeconds = integerField(request, "roundSeconds", 120, 30, 1800);
  const std::string visibility = textField(request, "visibility", "public");
  if (visibility != "public" && visibility != "unlisted")
    throw Error(ErrorCode::kInvalid, "visibility: send public or unlisted");
  config.unlisted = visibility == "unlisted";
  config.ranked = boolField(request, "ranked", false);
  config.equalDelay = boolField(request, "equalDelay", config.ranked);
  config.inviteSecret = randomHex(8);
  config.watchSecret = randomHex(8);
  config.createdAtMs = storage::nowMs();
  return config;
}

// One deck a DJ, or two.
int deckCount(const json& request) {
  const int decks = integerField(request, "decks", 2, 2, engine::kMaxDecks);
  if (decks % 2 != 0)
    throw Error(ErrorCode::kInvalid, fmt::format("decks: {}; send 2 or 4", decks));
  return decks;
}

std::vector<std::pair<std::int64_t, std::int64_t>> heardIntervals(const json& vote) {
  constexpr std::size_t kMaxIntervals = 64;
  std::vector<std::pair<std::int64_t, std::int64_t>> intervals;
  if (!vote.contains("heardIntervals") || !vote["heardIntervals"].is_array()) return intervals;
  for (const json& interval : vote["heardIntervals"]) {
    if (intervals.size() == kMaxIntervals) break;
    if (interval.is_array() && interval.size() == 2 && interval[0].is_number_integer() &&
        interval[1].is_number_integer())
      intervals.emplace_back(interval[0], interval[1]);
  }
  return intervals;
}

Error noSuchBattle(const std::string& id) {
  return {ErrorCode::kNotFound,
          fmt::format("battle {}: no such battle; see GET /api/v1/battles", id.substr(0, 40))};
}

}  // namespace

BattleService::BattleService(const ServerConfig& config, Parts parts)
    : config_(config), parts_(std::move(parts)) {}
BattleService::~BattleService() = default;

std::filesystem::path BattleService::logFile(const std::string& battleId) const {
  return config_.dataDir / "recordings" / (battleId + ".djlog");
}

void BattleService::recover() {
  std::filesystem::create_directories(config_.dataDir / "recordings");
  for (storage::BattleRow& row : unfinished()) {
    engine::LogMark last;
    Ending ending = Ending::kCutOff;
    const auto log = readLogFile(logFile(row.id));
    if (log && !log->marks.empty()) {
      last = log->marks.back();
      row.tracklist = storage::tracklist(*log);
      // A log that has its end is whole; only its books were not closed (a full disk).
      if (log->end) ending = Ending::kProper;
      log::info(
          "battle {}: its books were open; whole up to {:.1f} s ({} bytes of a torn tail ignored)",
          row.id, last.frame.seconds(), log->tornBytes);
    } else {
      log::warn("battle {}: cut off by a crash before its first mark; it has no recording", row.id);
    }
    closeBooks(std::move(row), last, ending);
  }
}

// The battles that the store believes to be going on.
std::vector<storage::BattleRow> BattleService::unfinished() const {
  constexpr int kPage = 500;
  std::vector<storage::BattleRow> found;
  for (const char* state : {"waiting", "running"}) {
    for (int offset = 0;; offset += kPage) {
      const auto rows =
          parts_.store.battles(state, storage::BattleStore::Listing::kAll, kPage, offset);
      found.insert(found.end(), rows.begin(), rows.end());
      if (rows.size() < kPage) break;
    }
  }
  return found;
}

// The row of a battle that has ended, whichever way.
void BattleService::closeBooks(storage::BattleRow row, const engine::LogMark& end, Ending ending) {
  row.state = "ended";
  row.endedAt = storage::nowMs();
  row.frames = end.frame.index();
  row.hash = hex64(end.hash);
  row.config["ended"] = ending == Ending::kProper;
  std::error_code missing;
  const auto bytes = std::filesystem::file_size(logFile(row.id), missing);
  row.logBytes = missing ? 0 : static_cast<std::int64_t>(bytes);
  parts_.store.save(row);
  if (row.frames > 0) parts_.recorded(row.id);
}

void BattleService::savePlayers(const Room& room) {
  auto row = parts_.store.battle(room.config().id);
  if (!row) return;
  const json described = room.describe();
  row.value().players = described["players"];
  // That a battle has ended is written with its books, by closeBooks().
  if (room.state() != Room::State::kEnded) row.value().state = described["state"];
  parts_.store.save(row.value());
}

void BattleService::checkAllowance(const Identity& creator) {
  if (parts_.clock.battles() >= config_.maxBattles)
    throw Error(
        ErrorCode::kTooMany,
        fmt::format("battle: this server is full ({} battles); try again when one has ended",
                    config_.maxBattles));
  const double perHour = config_.battlesPerGuestHour;
  auto& allowance =
      allowances_.try_emplace(creator.playerId, perHour / 3600.0, perHour).first->second;
  if (!allowance.allow())
    throw Error(ErrorCode::kTooMany,
                fmt::format("battle: at most {} new battles an hour", config_.battlesPerGuestHour));
}

std::shared_ptr<Room> BattleService::create(const Identity& creator, const json& request) {
  RoomConfig config = roomConfig(request);
  checkAllowance(creator);
  engine::BattleConfig engine;
  engine.decks = deckCount(request);
  AudioSink* sink = parts_.streams.open(config.id, 1 + engine.monitors);
  const auto battle = std::make_shared<LiveBattle>(config.id, engine, sink);
  const std::string id = config.id;
  try {
    parts_.store.save(newRow(config, creator));
    parts_.logs.follow(battle, logFile(id), engine::formatHeader(logHeader(config, engine)),
                       [this, id] { parts_.post([this, id] { logClosed(id); }); });
    auto room = open(std::move(config), battle);
    room->reserveSeat(Seat::kA, creator);
    parts_.clock.drive(battle);
    return room;
  } catch (...) {
    rooms_.erase(id);
    outputs_.erase(id);
    parts_.streams.close(id);
    throw;
  }
}

std::shared_ptr<Room> BattleService::open(RoomConfig config,
                                          const std::shared_ptr<LiveBattle>& battle) {
  const std::string id = config.id;
  config.votersPerAddress = config_.votersPerAddress;
  auto output = parts_.output(id);
  Room::Hooks hooks;
  hooks.ended = [this, id](const engine::LogMark& end) { ended(id, end); };
  hooks.changed = [this, id] {
    if (const auto room = find(id); room && !room->config().replay) savePlayers(*room);
  };
  hooks.djJoined = [this, id]() -> Result<void> {
    try {
      setGoing(id);
    } catch (const Error& error) {
      return error;
    }
    return {};
  };
  hooks.vote = [this, id](const Identity& voter, const json& vote) {
    return keepVote(id, voter, vote);
  };
  auto judge = parts_.judges.follow(battle, std::string(formatName(config.format)));
  auto room = std::make_shared<Room>(std::move(config), battle, std::move(judge), parts_.tracks,
                                     *output, std::move(hooks));
  outputs_[id] = std::move(output);
  rooms_[id] = room;
  return room;
}

void BattleService::replay(const std::string& recordingId,
                           std::function<void(Result<std::shared_ptr<Room>>)> done) {
  // A long log takes a while to read: not on the network thread.
  parts_.background([this, recordingId, file = logFile(recordingId), done = std::move(done)] {
    auto log = std::make_shared<Result<engine::BattleLog>>(readLogFile(file));
    parts_.post([this, recordingId, log, done] {
      if (!*log) return done(log->error());
      replayLog(recordingId, std::move(*log).value(), done);
    });
  });
}

void BattleService::replayLog(const std::string& recordingId, engine::BattleLog log,
                              std::function<void(Result<std::shared_ptr<Room>>)> done) {
  const auto wanted = log.tracks;
  acquireTracks(wanted, [this, recordingId, log = std::move(log), done = std::move(done)](
                            Result<std::vector<PlayableTrack>> tracks) mutable {
    if (!tracks) return done(tracks.error());
    try {
      done(openReplay(recordingId, std::move(log), std::move(tracks).value()));
    } catch (const Error& error) {
      done(error);
    }
  });
}

std::shared_ptr<Room> BattleService::openReplay(const std::string& recordingId,
                                                engine::BattleLog log,
                                                std::vector<PlayableTrack> tracks) {
  RoomConfig config;
  config.id = "r-" + randomHex(8);
  config.name = log.header.name;
  config.format = findFormat(log.header.format).value_or(BattleFormat::kFree);
  config.replay = true;
  config.createdAtMs = storage::nowMs();
  const Frame end = log.end ? log.end->frame : log.marks.back().frame;
  AudioSink* sink = parts_.streams.open(config.id, 1 + log.header.config.monitors);
  const auto battle = std::make_shared<LiveBattle>(config.id, log.header.config, sink,
                                                   ReplayScript{std::move(log.commands), end});
  auto room = open(std::move(config), battle);
  for (PlayableTrack& track : tracks) room->provideTrack(std::move(track));
  parts_.clock.drive(battle);
  log::info("battle {}: replay of {}", room->config().id, recordingId);
  return room;
}

// Fetches the tracks one after the other, each with the grid it was played by.
void BattleService::acquireTracks(const std::vector<engine::LogTrack>& wanted,
                                  std::function<void(Result<std::vector<PlayableTrack>>)> done) {
  struct Work {
    std::vector<engine::LogTrack> wanted;
    std::vector<PlayableTrack> got;
    std::function<void(Result<std::vector<PlayableTrack>>)> done;
    std::function<void()> next;
  };
  const auto work = std::make_shared<Work>(Work{wanted, {}, std::move(done), {}});
  work->next = [this, work] {
    if (work->got.size() == work->wanted.size()) {
      work->next = nullptr;
      return work->done(std::move(work->got));
    }
    const engine::LogTrack& log = work->wanted[work->got.size()];
    parts_.tracks.acquire(log.id, [work, log](Result<PlayableTrack> track) {
      if (track && track->log.pcmHash != log.pcmHash)
        track = Error(ErrorCode::kConflict,
                      fmt::format("track {}: its decoded sound is not the one that was played",
                                  log.id.substr(0, 12)));
      if (!track) {
        work->next = nullptr;
        return work->done(track.error());
      }
      PlayableTrack playable = std::move(track).value();
      playable.audio.grid = log.grid;
      playable.audio.gainDb = log.gainDb;
      playable.audio.key = log.key;
      playable.log = log;
      work->got.push_back(std::move(playable));
      const auto next = work->next;
      next();
    });
  };
  const auto first = work->next;
  first();
}

std::shared_ptr<Room> BattleService::find(const std::string& battleId) const {
  const auto at = rooms_.find(battleId);
  return at == rooms_.end() ? nullptr : at->second;
}

std::shared_ptr<Room> BattleService::get(const std::string& battleId) const {
  auto room = find(battleId);
  if (!room) throw noSuchBattle(battleId);
  return room;
}

Result<Votes> BattleService::keepVote(const std::string& battleId, const Identity& voter,
                                      const json& vote) {
  const std::string choice =
      vote.is_object() && vote.contains("choice") && vote["choice"].is_string()
          ? vote["choice"].get<std::string>()
          : "";
  if (choice != "A" && choice != "B" && choice != "tie")
    return Error(ErrorCode::kInvalid, "vote: choice must be A, B or tie");
  const bool ofRound = vote.contains("round") && vote["round"].is_number_integer() &&
                       vote["round"] >= 1 && vote["round"] <= kMaxRounds;
  storage::Vote cast;
  cast.subject = ofRound ? fmt::format("battle:{}/round:{}", battleId, vote["round"].get<int>())
                         : "battle:" + battleId;
  cast.sides = {"A", "B"};
  cast.choice = choice;
  cast.voter = voter.playerId;
  cast.heard = heardIntervals(vote);
  cast.frame = vote.contains("heard") && vote["heard"].is_number_integer()
                   ? vote["heard"].get<std::int64_t>()
                   : 0;
  cast.castAt = storage::nowMs();
  const auto totals = parts_.store.castVote(cast);
  if (!totals) return totals.error();
  return Votes{totals->a, totals->b, totals->tie};
}

void BattleService::ended(const std::string& battleId, const engine::LogMark& end) {
  endedAt_[battleId] = Room::Clock::now();
  parts_.streams.close(battleId);
  if (!rooms_.at(battleId)->config().replay) ends_[battleId] = {end, false};
}

// The log is whole on the disk.
void BattleService::logClosed(const std::string& battleId) {
  if (const auto end = ends_.find(battleId); end != ends_.end()) end->second.logIsWhole = true;
  finishBooks();
}

// What the disk does not take now is tried again by the next sweep.
void BattleService::finishBooks() {
  std::erase_if(ends_, [this](const auto& entry) {
    const auto& [id, closing] = entry;
    const auto room = find(id);
    if (!closing.logIsWhole || !room) return false;
    try {
      storage::BattleRow row = parts_.store.battle(id).valueOrThrow();
      row.tracklist = room->tracklist();
      closeBooks(std::move(row), closing.mark, Ending::kProper);
    } catch (const Error& error) {
      log::error("battle {}: its recording cannot be listed yet: {}", id, error.what());
      return false;
    }
    room->announceRecording();
    return true;
  });
}

void BattleService::pump() {
  const auto now = Room::Clock::now();
  for (const auto& [id, room] : rooms_) room->pump(now);
  if (now - swept_ < kSweep) return;
  swept_ = now;
  finishBooks();
  sweep(now);
}

void BattleService::sweep(Room::Clock::time_point now) {
  for (const auto& [id, room] : rooms_) {
    const auto empty = room->emptySince();
    if (room->state() != Room::State::kEnded && empty &&
        now - *empty > std::chrono::minutes(config_.emptyBattleMinutes))
      close(*room);
  }
  std::erase_if(endedAt_, [&](const auto& entry) {
    if (now - entry.second < kKeepEnded || ends_.contains(entry.first)) return false;
    rooms_.erase(entry.first);
    outputs_.erase(entry.first);
    return true;
  });
}

void BattleService::closeAll() {
  stopping_ = true;
  for (const auto& [id, room] : rooms_)
    if (room->state() != Room::State::kEnded) close(*room);
}

// One that stands still would never come to its end.
void BattleService::close(Room& room) {
  setGoing(room.config().id);
  room.close();
}

bool BattleService::allClosed() const {
  return ends_.empty() && std::all_of(rooms_.begin(), rooms_.end(), [](const auto& entry) {
           return entry.second->state() == Room::State::kEnded;
         });
}

}  // namespace dju::server
