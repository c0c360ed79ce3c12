// BattleService: all battles of this server. Creates and finds rooms, connects each to engine
// clock, log, store and streams, ends what nobody attends, plays replays, and after a crash closes
// the books of battles that were cut off.
//
// Thread: every method on the network thread, except where stated.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "server/battle/engine_clock.h"
#include "server/battle/judge_thread.h"
#include "server/battle/log_writer.h"
#include "server/battle/room.h"
#include "server/config.h"
#include "storage/battle_store.h"

namespace dju::server {

// Where the sound of a battle's outputs goes; implemented by the media server (api/streams.h).
class BattleStreams {
 public:
  virtual ~BattleStreams() = default;
  // A sink for `outputs` outputs (master first). It lives until close(), which comes after the
  // engine has pushed its last block.
  virtual AudioSink* open(const std::string& battleId, int outputs) = 0;
  virtual void close(const std::string& battleId) = 0;
};

class BattleService {
 public:
  struct Parts {
    EngineClock& clock;
    LogWriter& logs;
    JudgeThread& judges;
    storage::BattleStore& store;
    TrackProvider& tracks;
    BattleStreams& streams;
    // Makes the room's way of speaking to its clients.
    std::function<std::unique_ptr<RoomOutput>(const std::string& battleId)> output;
    // Runs something on the network thread. Any thread.
    std::function<void(std::function<void()>)> post;
    // Runs something that may take a while, one after the other. Any thread.
    std::function<void(std::function<void()>)> background;
    // A battle has ended and its log is whole on the disk: judge it, make its archive.
    std::function<void(const std::string& battleId)> recorded;
  };

  BattleService(const ServerConfig& config, Parts parts);
  ~BattleService();

  // Ends the books of battles that a crash cut off: their logs are whole up to the last mark.
  void recover();

  // `request` as in POST /api/v1/battles; the creator gets seat A. Throws Error.
  std::shared_ptr<Room> create(const Identity& creator, const nlohmann::json& request);
  // A battle that plays the recording `id`. Throws Error.
  void replay(const std::string& id, std::function<void(Result<std::shared_ptr<Room>>)> done);

  // A battle of `creator`'s own in which everything stands as it stood in the recording `id`, at
  // the last mark before `seconds`; from there they play on. It stands still until they come in.
  // Throws Error.
  void takeOver(const Identity& creator, const std::string& id, double seconds,
                std::function<void(Result<std::shared_ptr<Room>>)> done);

  // Null if there is none, or it has gone from memory.
  std::shared_ptr<Room> find(const std::string& battleId) const;
  // The same, or Error(kNotFound).
  std::shared_ptr<Room> get(const std::string& battleId) const;
  const std::map<std::string, std::shared_ptr<Room>>& rooms() const { return rooms_; }

  std::filesystem::path logFile(const std::string& battleId) const;

  // After engine ticks: lets every room pass on what is due; ends abandoned battles.
  void pump();

  // Ends all battles, so that their logs close properly. The clock still has to run.
  void closeAll();
  // Whether every battle has ended and its books are closed.
  bool allClosed() const;

 private:
  using Tracks = std::vector<PlayableTrack>;
  // The room, not yet driven: what its first block needs can still be put in.
  std::shared_ptr<Room> open(RoomConfig config, const std::shared_ptr<LiveBattle>& battle);
  void replayLog(const std::string& recordingId, engine::BattleLog log,
                 std::function<void(Result<std::shared_ptr<Room>>)> done);
  std::shared_ptr<Room> openReplay(const std::string& recordingId, engine::BattleLog log,
                                   Tracks tracks);
  // battle_take_over.cpp
  struct TakingOver;
  void takeOverLog(const std::shared_ptr<TakingOver>& taking);
  void catchUp(const std::shared_ptr<TakingOver>& taking);
  std::shared_ptr<Room> openTakenOver(TakingOver& taking);
  void setGoing(const std::string& battleId);
  void acquireTracks(const std::vector<engine::LogTrack>& wanted,
                     std::function<void(Result<Tracks>)> done);
  Result<Votes> keepVote(const std::string& battleId, const Identity& voter,
                         const nlohmann::json& vote);
  enum class Ending { kProper, kCutOff };
  void closeBooks(storage::BattleRow row, const engine::LogMark& end, Ending ending);
  // A battle that has played its last block, until its books are closed.
  struct Closing {
    engine::LogMark mark;
    bool logIsWhole = false;  // on the disk
  };
  std::vector<storage::BattleRow> unfinished() const;
  void savePlayers(const Room& room);
  void logClosed(const std::string& battleId);
  void finishBooks();
  void checkAllowance(const Identity& creator);
  void ended(const std::string& battleId, const engine::LogMark& end);
  void close(Room& room);
  void sweep(Room::Clock::time_point now);

  const ServerConfig& config_;
  Parts parts_;
  std::map<std::string, std::shared_ptr<Room>> rooms_;
  std::map<std::string, std::unique_ptr<RoomOutput>> outputs_;
  std::map<std::string, Room::Clock::time_point> endedAt_;
  std::map<std::string, Closing> ends_;
  std::map<std::string, RateLimit> allowances_;  // by creator
  // Taken over and not yet driven.
  std::map<std::string, std::shared_ptr<LiveBattle>> standing_;
  std::atomic<bool> stopping_{false};
  Room::Clock::time_point swept_{};
};

}  // namespace dju::server
