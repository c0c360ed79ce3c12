#include "server/battle/beat_wait.h"

#include <cmath>
#include <utility>

#include "engine/next_beat.h"

namespace dju::server {

using engine::Command;
using engine::ControlKind;

namespace {

// A fader or knob that moves so much of its way from one message to the next is thrown. Pages send
// sixty messages a second: a hand that takes longer than 130 ms from end to end is mixing.
constexpr double kCut = 1.0 / 8;

// 0: its player does not want to wait.
int beatsOf(const Command& command, const engine::Battle& battle) {
  if (command.player >= engine::kMaxMonitors) return 0;
  return static_cast<int>(battle.value(engine::ControlId::kMixQuantize, command.player));
}

std::optional<FrameCount> left(const Command& command, const engine::Battle& battle) {
  const int beats = beatsOf(command, battle);
  if (beats == 0) return std::nullopt;
  return engine::framesToBeat(battle, command.control, command.target, beats);
}

}  // namespace

Pending* BeatWait::sameControl(const Command& command) noexcept {
  for (std::size_t i = 0; i < size_; ++i) {
    const Command& other = waiting_[i].command;
    if (other.control == command.control && other.target == command.target &&
        other.player == command.player)
      return &waiting_[i];
  }
  return nullptr;
}

bool BeatWait::waits(const Command& command, const engine::Battle& battle) noexcept {
  const engine::ControlInfo& control = engine::info(command.control);
  if (!control.onBeat || !left(command, battle)) return false;
  if (control.kind != ControlKind::kContinuous || sameControl(command) != nullptr) return true;
  const double way = command.value - battle.value(command.control, command.target);
  return std::abs(way) >= kCut * (control.max - control.min);
}

bool BeatWait::take(const Pending& pending, const engine::Battle& battle,
                    std::optional<Pending>& replaced) noexcept {
  if (!waits(pending.command, battle)) return false;
  Pending* place = sameControl(pending.command);
  if (place == nullptr && size_ == waiting_.size()) return false;
  if (place != nullptr) {
    replaced = *place;
  } else {
    place = &waiting_[size_++];
  }
  *place = pending;
  place->timing = Timing::kOnBeat;
  return true;
}

int BeatWait::release(const engine::Battle& battle, std::span<Pending> due) noexcept {
  std::size_t kept = 0;
  std::size_t given = 0;
  for (std::size_t i = 0; i < size_; ++i) {
    Pending& pending = waiting_[i];
    const FrameCount frames = left(pending.command, battle).value_or(0);
    if (frames >= kBlockFrames || given == due.size()) {
      if (kept != i) waiting_[kept] = pending;
      ++kept;
      continue;
    }
    pending.command.frame = battle.now() + frames;
    due[given++] = pending;
  }
  size_ = kept;
  return static_cast<int>(given);
}

}  // namespace dju::server
