// LiveBattle: the engine-thread side of one battle. It owns the engine and the queues between it
// and everybody else: intents in; blocks, commands as carried out, log lines and marks out.
//
//   room (network thread) --inbox--> engine thread --log queue-----> LogWriter thread
//                                                  --events queue--> Dispatcher thread --> room
//                                                  --frames queue--> Dispatcher (visual data)
//                                                  --judged queue--> judge's thread
//                                                  --AudioSink-----> media thread
//
// Every queue is bounded and has one producer and one consumer. A full log queue makes the battle
// refuse commands (the log stays true); a full frames queue loses visual data only, a full judged
// queue blocks that the live judge does not see.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/spsc_queue.h"
#include "engine/battle.h"
#include "engine/battle_log.h"
#include "server/battle/beat_wait.h"
#include "server/battle/ingress.h"

namespace dju::server {

// Takes rendered blocks from an engine thread. Implementations neither wait nor allocate.
class AudioSink {
 public:
  virtual ~AudioSink() = default;
  // `output` 0 is the master, 1 + n monitor n. kBlockFrames stereo frames. Engine thread.
  virtual void push(int output, Frame first, const float* block) noexcept = 0;
};

// What the room puts in.
struct Inbound {
  enum class Kind : std::uint8_t { kCommand, kTrack, kEvent, kPolicy, kEnd } kind = Kind::kCommand;
  engine::Command command;         // kCommand: frame and seq are given by the engine thread
  std::uint64_t ticket = 0;        // kCommand: comes back with the answer
  std::int64_t arrivedNs = 0;      // kCommand: steady clock when its bytes had arrived
  std::uint32_t trackIndex = 0;    // kTrack
  engine::LoadedTrack track;       // kTrack
  engine::PlayerIndex player = 0;  // kPolicy
  DelayPolicy policy;              // kPolicy
  std::string* logLine =
      nullptr;  // kTrack, kEvent: owned, deleted by the LogWriter; never in a replay
};

// What goes to the log, in the order in which it happened.
struct LogEntry {
  enum class Kind : std::uint8_t { kCommand, kLine, kMark, kEnd } kind = Kind::kCommand;
  engine::Command command;
  engine::LogMark mark;
  std::string* line = nullptr;  // owned by the reader
};

// What goes back to the room.
struct Outbound {
  enum class Kind : std::uint8_t {
    kApplied,
    kMerged,  // carried out as part of the earlier command whose frame and seq it now has
    kRefused,
    kEnded
  } kind = Kind::kApplied;
  engine::Command command;
  std::uint64_t ticket = 0;
  Timing timing = Timing::kOnArrival;
  engine::LogMark mark;  // kEnded
};

// One block for those who look on.
struct RenderedBlock {
  engine::Telemetry telemetry;
  std::array<float, kBlockFrames * kChannels> master;
  std::int64_t handedOutNs = 0;  // steady clock
};

// One block for visual data.
struct VisualFrame {
  RenderedBlock block;
  // Each deck behind its faders; only while somebody watches.
  std::array<std::array<float, kBlockFrames * kChannels>, engine::kMaxDecks> stems{};
  bool hasStems = false;
};

// A log to be played instead of people: the commands act at their recorded frames.
struct ReplayScript {
  std::vector<engine::Command> commands;  // by frame, then seq
  Frame end;
};

class LiveBattle {
 public:
  // `sink` may be null (no listeners), and outlives the battle. Any thread, before it is driven.
  LiveBattle(std::string id, const engine::BattleConfig& config, AudioSink* sink);
  // A replay: plays `script`, takes tracks but no commands, and writes no log.
  LiveBattle(std::string id, const engine::BattleConfig& config, AudioSink* sink,
             ReplayScript script);

  // A battle that goes on where another one was, before it is driven: plays what that one's log
  // says up to `until`, a mark, through nobody's ears, so that everything stands as it stood there,
  // and the next tick goes on from it. Sound is rendered from config.freshSoundAt on only. The
  // marks that were passed from there; fewer where `stop` became true. Blocks, for a second
  // of a core at most where that is an hour in. Any thread, one at a time.
  std::vector<engine::LogMark> playUpTo(std::span<const engine::LoadedTrack> tracks,
                                        std::span<const engine::Command> commands, Frame until,
                                        const std::atomic<bool>& stop);
  // A control as it stands; before the battle is driven.
  double value(engine::ControlId control, int target) const noexcept {
    return battle_.value(control, target);
  }

  const std::string& id() const { return id_; }
  const engine::BattleConfig& config() const { return config_; }

  // Room's thread. False if the inbox is full; the caller answers "too many commands".
  bool post(const Inbound& inbound) noexcept { return inbox_.push(inbound); }

  // The next frame to be rendered, as last published by the engine thread. Any thread.
  Frame now() const noexcept { return Frame(now_.load(std::memory_order_acquire)); }

  // Whether the last block was rendered and everything was handed out. Any thread.
  bool ended() const noexcept { return ended_.load(std::memory_order_acquire); }

  // Engine thread: lets go of a battle that has ended; afterwards it may be destroyed.
  bool releaseIfEnded() noexcept {
    if (!ended()) return false;
    released_.store(true, std::memory_order_release);
    return true;
  }
  bool released() const noexcept { return released_.load(std::memory_order_acquire); }

  // Engine thread: take what came in, render one block, hand it out. Never waits.
  void tick() noexcept;

  // Engine thread, after tick(): when the bytes of the commands arrived whose first sample has just
  // been queued for encoding (steady clock, ns).
  std::span<const std::int64_t> arrivals() const noexcept {
    return {arrivals_.data(), static_cast<std::size_t>(arrivalCount_)};
  }

  // Consumer ends: LogWriter's thread, Dispatcher's thread twice.
  SpscQueue<LogEntry>& log() { return log_; }
  SpscQueue<Outbound>& events() { return events_; }
  SpscQueue<VisualFrame>& frames() { return frames_; }
  // The judge's thread.
  SpscQueue<RenderedBlock>& judged() { return judged_; }

  std::uint64_t droppedVisualFrames() const {
    return droppedFrames_.load(std::memory_order_relaxed);
  }
  // Whether frames come with stems from the next block on. Any thread.
  void setWatched(bool watched) noexcept { watched_.store(watched, std::memory_order_relaxed); }
  // Somebody takes what comes through judged(). Any thread, before the battle is driven.
  void setJudged() noexcept { hasJudge_ = true; }

 private:
  // How many inbound items, and how many commands, one tick takes at most; the rest waits for the
  // next one.
  static constexpr int kBatch = 64;

  void takeInbox() noexcept;
  void takeScript() noexcept;
  void record(const LogEntry& entry) noexcept;
  void take(const Inbound& inbound) noexcept;
  void carryOutDue() noexcept;
  int takeDue() noexcept;
  int mergeIndex(int item) const noexcept;
  void carryOut(Pending& pending) noexcept;
  void answer(Outbound::Kind kind, const Pending& pending) noexcept;
  bool logHasRoom() const noexcept { return log_.size() + 2 * kBatch < log_.capacity(); }
  void handOut(Frame first) noexcept;

  std::string id_;
  engine::BattleConfig config_;
  engine::Battle battle_;
  AudioSink* sink_;
  SpscQueue<Inbound> inbox_{1024};
  SpscQueue<LogEntry> log_{4096};
  SpscQueue<Outbound> events_{4096};
  SpscQueue<VisualFrame> frames_{32};
  VisualFrame frame_;  // in work
  std::atomic<bool> watched_{false};
  SpscQueue<RenderedBlock> judged_{256};  // 1.3 s
  bool hasJudge_ = false;
  std::optional<ReplayScript> script_;
  std::size_t scriptAt_ = 0;
  std::uint32_t seq_ = 0;
  bool ending_ = false;
  Frame lastMark_;
  Ingress ingress_;
  BeatWait beatWait_;
  std::array<Pending, kBatch> batch_{};
  std::array<std::int64_t, kBatch> arrivals_{};
  int arrivalCount_ = 0;
  std::array<float, kBlockFrames * kChannels> master_{};
  std::array<std::array<float, kBlockFrames * kChannels>, engine::kMaxMonitors> monitors_{};
  std::atomic<std::int64_t> now_{0};
  std::atomic<bool> ended_{false};
  std::atomic<bool> released_{false};
  std::atomic<std::uint64_t> droppedFrames_{0};
};

}  // namespace dju::server
