#include "engine/heard_placement.h"

#include <algorithm>

namespace dju::engine {
namespace {

bool has(const DeckTelemetry& deck, DeckFlags flag) {
  return (deck.flags & flag) != 0;
}

struct Motion {
  double position = 0;  // where its player's commands have put it, slews not yet run included
  double moved = 0;     // what it runs, or would run, within the command's delay
  bool playing = false;
  double loopIn = 0, loopLength = 0;  // 0: no loop runs

  double then() const {
    if (!playing) return position;
    const double place = position - moved;
    if (loopLength <= 0 || place >= loopIn) return place;
    const auto rounds = static_cast<std::int64_t>((loopIn - place) / loopLength) + 1;
    return place + static_cast<double>(rounds) * loopLength;
  }
};

// The hot cues of the registry are numbered from the first on.
std::optional<int> hotCueOf(ControlId id) {
  const int n = static_cast<int>(id) - static_cast<int>(ControlId::kHotcue1);
  return n >= 0 && n < kHotCues ? std::optional(n) : std::nullopt;
}

std::optional<double> placedPlay(const Command& command, const DeckTelemetry& deck,
                                 const Motion& motion) {
  if (command.value > 0) {
    if (motion.playing) return std::nullopt;
    return motion.position + motion.moved;
  }
  if (!motion.playing || has(deck, kDeckPreviewing)) return std::nullopt;
  return motion.then();
}

std::optional<double> placedCue(const Command& command, const DeckTelemetry& deck,
                                const Motion& motion) {
  const double fromCue = motion.position - deck.cuePosition;
  const bool previews = command.value > 0 && !motion.playing && fromCue < 0.5 && fromCue > -0.5;
  if (!previews) return std::nullopt;
  return deck.cuePosition + motion.moved;
}

std::optional<double> placedHotCue(int n, const Command& command, const DeckTelemetry& deck,
                                   const Motion& motion) {
  if (command.value <= 0) return std::nullopt;
  if ((deck.hotCues & (1U << n)) == 0) return motion.then();
  return deck.hotCuePosition[n] + motion.moved;
}

std::optional<double> placedTransport(const Command& command, const DeckTelemetry& deck,
                                      const Motion& motion) {
  if (const auto n = hotCueOf(command.control)) return placedHotCue(*n, command, deck, motion);
  switch (command.control) {
    case ControlId::kPlay:
      return placedPlay(command, deck, motion);
    case ControlId::kCue:
      return placedCue(command, deck, motion);
    case ControlId::kSeek:
      if (!motion.playing) return std::nullopt;
      return command.value + motion.moved;
    case ControlId::kLoop:  // left before the record was taken back once more
      if (!motion.playing || motion.loopLength <= 0 || command.value > 0) return std::nullopt;
      return motion.then() + motion.moved;
    case ControlId::kLoopIn:
    case ControlId::kLoopOut:
    case ControlId::kBeatloop:
    case ControlId::kLoopRoll:
      if (!motion.playing || command.value <= 0) return std::nullopt;
      return motion.then();
    default:  // a load stops, and a jump by beats lands in the same place whenever it is made
      return std::nullopt;
  }
}

// A change of speed by so many percent missed the way that it would have made meanwhile.
std::optional<double> placedPhase(const Battle& battle, const Command& command,
                                  const Motion& motion, FrameCount late) {
  if (!motion.playing) return std::nullopt;
  double value = command.value;
  if (command.control == ControlId::kRate) {
    const double range = battle.value(ControlId::kRateRange, command.target);
    value = std::clamp(value, -range, range);
  }
  const double change = (value - battle.value(command.control, command.target)) / 100;
  return motion.position + change * static_cast<double>(late);
}

}  // namespace

std::optional<double> heardPlacement(const Battle& battle, const Command& command,
                                     FrameCount late) noexcept {
  if (info(command.control).scope != ControlScope::kDeck || late <= 0) return std::nullopt;
  const Battle::DeckNow now = battle.deckNow(command.target);
  if (!has(now.deck, kDeckLoaded) || has(now.deck, kDeckScratching)) return std::nullopt;
  Motion motion;
  motion.position = now.deck.position + now.owed;
  motion.moved = now.speed * static_cast<double>(late);
  motion.playing = has(now.deck, kDeckPlaying);
  motion.loopIn = now.deck.loopIn;
  if (has(now.deck, kDeckLooping)) motion.loopLength = now.deck.loopOut - now.deck.loopIn;
  switch (info(command.control).latency) {
    case LatencyClass::kTransport:
      return placedTransport(command, now.deck, motion);
    case LatencyClass::kPhase:
      return placedPhase(battle, command, motion, late);
    default:
      return std::nullopt;
  }
}

}  // namespace dju::engine
