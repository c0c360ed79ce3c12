// A recording goes on under a person's hands: its log is played up to a moment, and what comes from
// then on is theirs. The new battle's log begins with those commands, so that it is whole by
// itself. Its sound begins anew a little before that moment (BattleConfig::freshSoundAt): nobody
// waits until an hour of it has been rendered.
#include <fmt/format.h>

#include <algorithm>

#include "core/log.h"
#include "server/battle/battle_papers.h"
#include "server/battle/battle_service.h"
#include "server/battle/log_file.h"

namespace dju::server {
namespace {

using nlohmann::json;

// How much of the sound before the moment is rendered. Eight beats, the longest that an effect
// holds, are 5.5 s at most; twice that leaves of an echo's or a room's tail what is not heard.
constexpr FrameCount kHeardBefore = 10 * kSampleRate;

Frame lastFrame(const engine::BattleLog& log) {
  if (log.end) return log.end->frame;
  return log.marks.empty() ? Frame(0) : log.marks.back().frame;
}

// The last mark up to then, and at least one, so that the log has a beginning.
Result<Frame> momentOf(const engine::BattleLog& log, double seconds) {
  const double end = lastFrame(log).seconds();
  if (!(seconds >= 0 && seconds <= end))
    return Error(ErrorCode::kInvalid,
                 fmt::format("seconds: {}; the recording has 0 to {:.1f}", seconds, end));
  const auto marks = static_cast<std::int64_t>(seconds * kSampleRate) / kMarkFrames;
  return Frame(std::max<std::int64_t>(1, marks) * kMarkFrames);
}

// Its tracks as they have to lie in the table: one after the other from 0.
Result<std::vector<engine::LogTrack>> tableOf(engine::BattleLog& log) {
  std::vector<engine::LogTrack> tracks = std::move(log.tracks);
  std::sort(tracks.begin(), tracks.end(),
            [](const auto& a, const auto& b) { return a.index < b.index; });
  for (std::size_t i = 0; i < tracks.size(); ++i) {
    if (tracks[i].index != i)
      return Error(ErrorCode::kUnsupported,
                   fmt::format("recording {}: its log has no track {}; it cannot be taken over",
                               log.header.battleId, i));
  }
  return tracks;
}

}  // namespace

struct BattleService::TakingOver {
  Identity creator;
  std::string recording;
  double seconds = 0;
  std::function<void(Result<std::shared_ptr<Room>>)> done;
  // Filled on the way.
  RoomConfig config;
  engine::BattleLog log;  // of the new battle: up to the moment
  std::vector<PlayableTrack> tracks;
  Frame at;
  std::shared_ptr<LiveBattle> battle;
};

void BattleService::takeOver(const Identity& creator, const std::string& id, double seconds,
                             std::function<void(Result<std::shared_ptr<Room>>)> done) {
  checkAllowance(creator);
  const auto taking = std::make_shared<TakingOver>();
  taking->creator = creator;
  taking->recording = id;
  taking->seconds = seconds;
  taking->done = std::move(done);
  // A long log takes a while to read: not on the network thread.
  parts_.background([this, taking, file = logFile(id)] {
    auto log = std::make_shared<Result<engine::BattleLog>>(readLogFile(file));
    parts_.post([this, taking, log] {
      if (!*log) return taking->done(log->error());
      taking->log = std::move(*log).value();
      takeOverLog(taking);
    });
  });
}

// The new battle's log, as far as it is the recording's.
void BattleService::takeOverLog(const std::shared_ptr<TakingOver>& taking) {
  engine::BattleLog& log = taking->log;
  const auto moment = momentOf(log, taking->seconds);
  if (!moment) return taking->done(moment.error());
  auto table = tableOf(log);
  if (!table) return taking->done(table.error());
  taking->at = *moment;
  RoomConfig& config = taking->config;
  config.id = "b-" + randomHex(8);
  config.name = log.header.name;
  config.format = BattleFormat::kFree;
  config.unlisted = true;
  config.inviteSecret = randomHex(8);
  config.watchSecret = randomHex(8);
  config.createdAtMs = storage::nowMs();
  engine::BattleConfig engine = log.header.config;
  engine.monitors = engine::BattleConfig{}.monitors;
  engine.freshSoundAt = std::max(Frame(), taking->at - kHeardBefore);
  engine.maxTracks = std::max(engine::BattleConfig{}.maxTracks,
                              static_cast<int>(table->size()) + engine::BattleConfig{}.maxTracks);
  log.header = logHeader(config, engine);
  log.tracks = std::move(table).value();
  std::erase_if(log.commands, [&](const auto& command) { return command.frame >= taking->at; });
  // Nobody who is here has moved these.
  for (engine::Command& command : log.commands) command.player = engine::kServerPlayer;
  log.events = {{"taken-over", taking->at - kMarkFrames,
                 json{{"recording", taking->recording}, {"at", taking->at.index()}}.dump()}};
  log.marks.clear();
  log.end.reset();
  acquireTracks(log.tracks, [this, taking](Result<std::vector<PlayableTrack>> tracks) {
    if (!tracks) return taking->done(tracks.error());
    taking->tracks = std::move(tracks).value();
    catchUp(taking);
  });
}

void BattleService::catchUp(const std::shared_ptr<TakingOver>& taking) {
  const engine::BattleConfig& engine = taking->log.header.config;
  const std::string& id = taking->config.id;
  taking->battle =
      std::make_shared<LiveBattle>(id, engine, parts_.streams.open(id, 1 + engine.monitors));
  parts_.background([this, taking] {
    std::vector<engine::LoadedTrack> sounds;
    for (const PlayableTrack& track : taking->tracks) sounds.push_back(track.audio);
    taking->log.marks =
        taking->battle->playUpTo(sounds, taking->log.commands, taking->at, stopping_);
    parts_.post([this, taking] {
      try {
        taking->done(openTakenOver(*taking));
      } catch (const Error& error) {
        parts_.streams.close(taking->config.id);
        taking->done(error);
      }
    });
  });
}

std::shared_ptr<Room> BattleService::openTakenOver(TakingOver& taking) {
  if (stopping_) throw Error(ErrorCode::kUnavailable, "battle: the server is going down");
  const std::string id = taking.config.id;
  const auto battle = taking.battle;
  parts_.store.save(newRow(taking.config, taking.creator));
  parts_.logs.follow(battle, logFile(id), engine::formatLog(taking.log),
                     [this, id] { parts_.post([this, id] { logClosed(id); }); });
  auto room = open(std::move(taking.config), battle);
  room->inherit(std::move(taking.tracks), taking.log.commands);
  room->reserveSeat(Seat::kA, taking.creator);
  standing_[id] = battle;
  log::info("battle {}: taken over from {} at {:.1f} s", id, taking.recording, taking.at.seconds());
  return room;
}

// The clock takes a battle that stood still.
void BattleService::setGoing(const std::string& battleId) {
  const auto standing = standing_.find(battleId);
  if (standing == standing_.end()) return;
  parts_.clock.drive(standing->second);
  standing_.erase(standing);
}

}  // namespace dju::server
