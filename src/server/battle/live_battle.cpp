#include "server/battle/live_battle.h"

#include <algorithm>
#include <utility>

#include "server/steady_clock.h"

namespace dju::server {

using engine::ControlKind;

LiveBattle::LiveBattle(std::string id, const engine::BattleConfig& config, AudioSink* sink)
    : id_(std::move(id)), config_(config), battle_(config), sink_(sink) {}

LiveBattle::LiveBattle(std::string id, const engine::BattleConfig& config, AudioSink* sink,
                       ReplayScript script)
    : LiveBattle(std::move(id), config, sink) {
  script_ = std::move(script);
}

std::vector<engine::LogMark> LiveBattle::playUpTo(std::span<const engine::LoadedTrack> tracks,
                                                  std::span<const engine::Command> commands,
                                                  Frame until, const std::atomic<bool>& stop) {
  for (std::size_t i = 0; i < tracks.size(); ++i)
    battle_.provide(static_cast<std::uint32_t>(i), tracks[i]);
  std::vector<engine::LogMark> marks;
  engine::Outputs outputs;
  outputs.master = master_.data();
  std::size_t next = 0;
  while (battle_.now() < until && !stop) {
    const Frame blockEnd = battle_.now() + kBlockFrames;
    for (; next < commands.size() && commands[next].frame < blockEnd; ++next) {
      battle_.schedule(commands[next]);
      seq_ = std::max(seq_, commands[next].seq);
    }
    if (battle_.now() < config_.freshSoundAt) {
      battle_.skip(kBlockFrames);
    } else {
      battle_.render(kBlockFrames, outputs);
    }
    const auto mark = battle_.mark();
    if (mark.frame == battle_.now()) marks.push_back({mark.frame, mark.hash});
  }
  lastMark_ = battle_.mark().frame;
  now_.store(battle_.now().index(), std::memory_order_release);
  // For those who come in before the next one.
  frame_.block = {battle_.telemetry(), master_, steadyNs()};
  frames_.push(frame_);
  return marks;
}

void LiveBattle::tick() noexcept {
  if (ended_.load(std::memory_order_relaxed)) return;
  const Frame first = battle_.now();
  ingress_.remember(battle_);
  takeInbox();
  carryOutDue();
  if (script_) takeScript();
  engine::Outputs outputs;
  outputs.master = master_.data();
  for (int i = 0; i < config_.monitors; ++i) outputs.monitors[i] = monitors_[i].data();
  frame_.hasStems = watched_.load(std::memory_order_relaxed);
  for (int d = 0; frame_.hasStems && d < config_.decks; ++d)
    outputs.stems[d] = frame_.stems[d].data();
  battle_.render(kBlockFrames, outputs);
  handOut(first);
}

// Nothing is taken that the log could not hold: a battle never does what its log does not say.
void LiveBattle::takeInbox() noexcept {
  Inbound inbound;
  for (int i = 0; i < kBatch && logHasRoom() && inbox_.pop(inbound); ++i) take(inbound);
}

void LiveBattle::take(const Inbound& inbound) noexcept {
  switch (inbound.kind) {
    case Inbound::Kind::kCommand: {
      const Pending pending{inbound.command, inbound.ticket, inbound.arrivedNs};
      if (script_ || !ingress_.take(pending, battle_.now()))
        answer(Outbound::Kind::kRefused, pending);
      return;
    }
    case Inbound::Kind::kTrack:
      battle_.provide(inbound.trackIndex, inbound.track);
      if (inbound.logLine != nullptr)
        record(LogEntry{LogEntry::Kind::kLine, {}, {}, inbound.logLine});
      return;
    case Inbound::Kind::kEvent:
      record(LogEntry{LogEntry::Kind::kLine, {}, {}, inbound.logLine});
      return;
    case Inbound::Kind::kPolicy:
      ingress_.setPolicy(inbound.player, inbound.policy);
      return;
    case Inbound::Kind::kEnd:
      ending_ = true;
      return;
  }
}

int LiveBattle::takeDue() noexcept {
  int size = 0;
  Pending pending;
  const Frame until = battle_.now() + kBlockFrames;
  while (size < kBatch && logHasRoom() && ingress_.pop(until, pending)) {
    std::optional<Pending> replaced;
    if (!beatWait_.take(pending, battle_, replaced)) batch_[size++] = pending;
    if (!replaced) continue;
    replaced->command = pending.command;
    answer(Outbound::Kind::kMerged, *replaced);
  }
  if (logHasRoom()) size += beatWait_.release(battle_, std::span(batch_).subspan(size));
  return size;
}

// Moves of one continuous control that act at the same frame are heard as one: the last position,
// or the sum of movements. Each sender still gets an answer.
void LiveBattle::carryOutDue() noexcept {
  arrivalCount_ = 0;
  const int size = takeDue();
  std::array<int, kBatch> mergedInto{};
  for (int i = 0; i < size; ++i) {
    // What the batch limit left over from an earlier block.
    batch_[i].command.frame = std::max(batch_[i].command.frame, battle_.now());
    mergedInto[i] = mergeIndex(i);
    if (mergedInto[i] == i) continue;
    engine::Command& kept = batch_[mergedInto[i]].command;
    const engine::Command& later = batch_[i].command;
    const bool isRelative = engine::info(kept.control).kind == ControlKind::kRelative;
    kept.value = isRelative ? kept.value + later.value : later.value;
    kept.provenance = later.provenance;
  }
  for (int i = 0; i < size; ++i) {
    if (mergedInto[i] == i) {
      carryOut(batch_[i]);
    } else {
      batch_[i].command = batch_[mergedInto[i]].command;
      batch_[i].timing = batch_[mergedInto[i]].timing;
      answer(Outbound::Kind::kMerged, batch_[i]);
    }
  }
}

// The commands of the block to come, each at its own frame.
void LiveBattle::takeScript() noexcept {
  const Frame blockEnd = battle_.now() + kBlockFrames;
  for (; scriptAt_ < script_->commands.size() && script_->commands[scriptAt_].frame < blockEnd;
       ++scriptAt_) {
    const engine::Command& command = script_->commands[scriptAt_];
    battle_.schedule(command);
    events_.push(Outbound{Outbound::Kind::kApplied, command, 0, Timing::kOnArrival, {}});
  }
  if (blockEnd >= script_->end) ending_ = true;
}

// A replay has its log already.
void LiveBattle::record(const LogEntry& entry) noexcept {
  if (!script_) log_.push(entry);
}

int LiveBattle::mergeIndex(int item) const noexcept {
  const engine::Command& later = batch_[item].command;
  const ControlKind kind = engine::info(later.control).kind;
  if (kind != ControlKind::kContinuous && kind != ControlKind::kRelative) return item;
  // A nudge that was pressed and let go on the way still pushes as far as it was held.
  if (engine::info(later.control).latency == engine::LatencyClass::kPhase &&
      later.provenance.heardFrame >= 0)
    return item;
  for (int i = 0; i < item; ++i) {
    const engine::Command& earlier = batch_[i].command;
    if (earlier.control == later.control && earlier.target == later.target &&
        earlier.player == later.player && earlier.frame == later.frame)
      return i;
  }
  return item;
}

void LiveBattle::carryOut(Pending& pending) noexcept {
  engine::Command& command = pending.command;
  battle_.applyDue();
  ingress_.place(pending, battle_);
  command.seq = ++seq_;
  if (battle_.schedule(command) != engine::Accepted::kYes)
    return answer(Outbound::Kind::kRefused, pending);
  record(LogEntry{LogEntry::Kind::kCommand, command, {}, nullptr});
  answer(Outbound::Kind::kApplied, pending);
  // What waited on purpose says nothing about the server's own delay.
  if (command.frame.index() == command.provenance.arrivedFrame)
    arrivals_[arrivalCount_++] = pending.arrivedNs;
}

void LiveBattle::answer(Outbound::Kind kind, const Pending& pending) noexcept {
  events_.push(Outbound{kind, pending.command, pending.ticket, pending.timing, {}});
}

void LiveBattle::handOut(Frame first) noexcept {
  if (sink_ != nullptr) {
    sink_->push(0, first, master_.data());
    for (int i = 0; i < config_.monitors; ++i) sink_->push(1 + i, first, monitors_[i].data());
  }
  frame_.block = {battle_.telemetry(), master_, steadyNs()};
  if (!frames_.push(frame_)) droppedFrames_.fetch_add(1, std::memory_order_relaxed);
  // What the judge misses it finds out by itself: frames are numbered.
  if (hasJudge_) judged_.push(frame_.block);
  now_.store(battle_.now().index(), std::memory_order_release);
  const auto mark = battle_.mark();
  if (mark.frame == lastMark_) return;
  lastMark_ = mark.frame;
  const engine::LogMark logMark{mark.frame, mark.hash};
  // A missing mark costs nothing but a later torn-tail cut; the end must always find its place.
  if (log_.size() + 2 < log_.capacity())
    record(LogEntry{LogEntry::Kind::kMark, {}, logMark, nullptr});
  if (!ending_) return;
  // A battle ends on a mark, so that its last sample is covered by a hash.
  record(LogEntry{LogEntry::Kind::kEnd, {}, logMark, nullptr});
  events_.push(Outbound{Outbound::Kind::kEnded, {}, 0, Timing::kOnArrival, logMark});
  ended_.store(true, std::memory_order_release);
}

}  // namespace dju::server
