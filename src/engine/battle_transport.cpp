// What the transport's commands do: cues, jumps, loops, the motor and sync. docs/controls.md has
// the table. battle_commands.cpp has the rest.
#include <algorithm>

#include "engine/battle_state.h"

namespace dju::engine {

bool Battle::State::applyTransport(const Command& command, double value) noexcept {
  std::optional<double> at = command.position;
  if (at && !(*at - *at == 0)) at.reset();  // infinite or not a number
  return applyCue(command, value, at) || applyJump(command, value, at) ||
         applyLoop(command, value, at) || applyMotor(command, value, at) ||
         applySync(command, value);
}

bool Battle::State::applyCue(const Command& command, double value,
                             std::optional<double> at) noexcept {
  const int d = command.target;
  Deck& deck = *decks[d];
  const ControlId id = command.control;
  if (within(id, ControlId::kHotcue1, kHotCues)) {
    deck.hotCue(indexIn(id, ControlId::kHotcue1), value > 0, at);
    if (!deck.quantize()) sync.keepPhase(d);
    store(id, d, value);
    return true;
  }
  if (within(id, ControlId::kHotcueClear1, kHotCues)) {
    if (value > 0) deck.clearHotCue(indexIn(id, ControlId::kHotcueClear1));
    return true;
  }
  if (within(id, ControlId::kHotcueSet1, kHotCues)) {
    deck.setHotCue(indexIn(id, ControlId::kHotcueSet1), at.value_or(value));
    return true;
  }
  switch (id) {
    case ControlId::kCue:
      deck.cue(value > 0, at);
      store(id, d, value);
      return true;
    case ControlId::kCueSet:
      deck.setCue(at.value_or(value));
      return true;
    default:
      return false;
  }
}

bool Battle::State::applyJump(const Command& command, double value,
                              std::optional<double> at) noexcept {
  const int d = command.target;
  Deck& deck = *decks[d];
  const ControlId id = command.control;
  switch (id) {
    case ControlId::kLoad:
    case ControlId::kRegrid: {
      if (!accepts(command)) return true;
      const auto index = static_cast<std::uint32_t>(value);
      if (id == ControlId::kLoad) {
        deck.load(index, tracks[index], at);
        sync.straighten(d);
      } else {
        deck.regrid(index, tracks[index]);
      }
      store(id, d, value);
      return true;
    }
    case ControlId::kUnload:
      if (value > 0) deck.unload();
      return true;
    case ControlId::kPlay:
      play(d, value > 0, at);
      return true;
    case ControlId::kSeek:
    case ControlId::kBeatJump:
      if (id == ControlId::kSeek) {
        deck.seek(value, at);
      } else {
        deck.beatJump(value, at);
      }
      if (!deck.quantize()) sync.keepPhase(d);
      return true;
    default:
      return false;
  }
}

// With quantize or sync a deck starts on the leader's beat.
void Battle::State::play(int d, bool on, std::optional<double> at) noexcept {
  Deck& deck = *decks[d];
  const bool aligned = on && !deck.playing() && deck.loaded() &&
                       (deck.quantize() || stored(ControlId::kSync, d) > 0);
  if (!aligned) return deck.play(on, at);
  const double from = at.value_or(deck.position());
  const double start = sync.inPhase(decks, d, from, now);
  sync.straighten(d);
  deck.play(on, start == from ? at : start);
}

void Battle::State::startByFader(int d, double before, double volume) noexcept {
  if (stored(ControlId::kFaderStart, d) <= 0) return;
  Deck& deck = *decks[d];
  if (before <= 0 && volume > 0) {
    play(d, true, {});
  } else if (before > 0 && volume <= 0) {
    deck.returnToCue();
  }
}

bool Battle::State::applyLoop(const Command& command, double value,
                              std::optional<double> at) noexcept {
  Deck& deck = *decks[command.target];
  switch (command.control) {
    case ControlId::kLoopIn:
      if (value > 0) deck.loopIn(at);
      return true;
    case ControlId::kLoopOut:
      if (value > 0) deck.loopOut(at);
      return true;
    case ControlId::kLoop:
      deck.loop(value > 0, at);
      return true;
    case ControlId::kBeatloop:
      deck.beatLoop(value, at);
      return true;
    case ControlId::kLoopHalve:
      if (value > 0) deck.scaleLoop(0.5);
      return true;
    case ControlId::kLoopDouble:
      if (value > 0) deck.scaleLoop(2);
      return true;
    case ControlId::kLoopMove:
      deck.moveLoop(value);
      return true;
    case ControlId::kLoopRoll:
      deck.loopRoll(value, at);
      store(command.control, command.target, value);
      return true;
    default:
      return false;
  }
}

bool Battle::State::applyMotor(const Command& command, double value,
                               std::optional<double> at) noexcept {
  std::optional<double> drive = command.drive;
  if (drive && !(*drive - *drive == 0)) drive.reset();  // infinite or not a number
  const int d = command.target;
  Deck& deck = *decks[d];
  switch (command.control) {
    case ControlId::kSlip:
      deck.setSlip(value > 0);
      break;
    case ControlId::kReverse:
      deck.setReverse(value > 0, at);
      break;
    case ControlId::kCensor:
      deck.censor(value > 0, at);
      break;
    case ControlId::kBrake:
      if (value > 0) deck.brake(stored(ControlId::kBrakeTime, d), at, drive);
      return true;
    case ControlId::kSpinUp:
      if (value > 0) deck.spinUp(stored(ControlId::kBrakeTime, d), at, drive);
      return true;
    case ControlId::kRate:
    case ControlId::kRateRange:
      applyRate(command, value);
      return true;
    default:
      return false;
  }
  store(command.control, d, value);
  return true;
}

// A follower's tempo is the leader's; its own fader has to wait.
void Battle::State::applyRate(const Command& command, double value) noexcept {
  const ControlId id = command.control;
  const int d = command.target;
  if (id == ControlId::kRateRange) store(id, d, value);
  if (sync.follows(d)) return;
  const double range = stored(ControlId::kRateRange, d);
  const double wanted = id == ControlId::kRate ? value : stored(ControlId::kRate, d);
  const double rate = std::clamp(wanted, -range, range);
  store(ControlId::kRate, d, rate);
  decks[d]->platter().setTempo(rate, info(ControlId::kRate).rampMs);
  const bool placed = command.position && *command.position - *command.position == 0;
  if (id == ControlId::kRate && placed) decks[d]->slewTo(*command.position);
}

bool Battle::State::applySync(const Command& command, double value) noexcept {
  const int d = command.target;
  switch (command.control) {
    case ControlId::kQuantize:
      decks[d]->setQuantize(value > 0);
      break;
    case ControlId::kSync:
      if (value != stored(ControlId::kSync, d)) sync.follow(d, value > 0);
      break;
    case ControlId::kSyncTempo:
      if (value > 0) sync.matchTempo(decks, d, now);
      store(ControlId::kRate, d, decks[d]->platter().tempoTargetPercent());
      return true;
    case ControlId::kSyncPhase:
      if (value > 0) sync.matchPhase(decks, d, now);
      return true;
    default:
      return false;
  }
  store(command.control, d, value);
  return true;
}

bool Battle::State::applyToSync(ControlId id, double value) noexcept {
  switch (id) {
    case ControlId::kSyncLeader:
      sync.choose(static_cast<int>(value));
      return true;
    case ControlId::kClockBpm:
      sync.setClock(value, now);
      return true;
    case ControlId::kClockAlign:
      if (value > 0 && sync.alignClock(decks, now)) {
        store(ControlId::kClockBpm, 0, sync.clockBpm());
      }
      return true;
    default:
      return false;
  }
}

// Once a block. A follower's tempo fader is shown where the leader has put it.
void Battle::State::steerFollowers() noexcept {
  constexpr double kAudible = 0.001;  // -60 dB
  bool audible[kMaxDecks] = {};
  for (int d = 0; d < static_cast<int>(decks.size()); ++d) {
    audible[d] = mixer.fader(d).value() * mixer.side(d).value() > kAudible;
  }
  sync.steer(decks, audible, now);
  for (int d = 0; d < static_cast<int>(decks.size()); ++d) {
    if (!sync.follows(d)) continue;
    store(ControlId::kRate, d, decks[d]->platter().tempoTargetPercent());
  }
}

}  // namespace dju::engine
