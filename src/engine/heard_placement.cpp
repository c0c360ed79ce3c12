#include "engine/heard_placement.h"

#include <algorithm>

#include "engine/dsp/math.h"

namespace dju::engine {
namespace {

bool has(const DeckTelemetry& deck, DeckFlags flag) {
  return (deck.flags & flag) != 0;
}

// The motor's ramps, as Platter runs them: each frame is run at `drive`, which then changes by
// `step`, between 0 and 1.
struct Ramp {
  double drive = 1;
  double step = 0;

  // Frames until it stays where it is.
  FrameCount length() const {
    if (step == 0) return 0;
    const double way = step > 0 ? 1 - drive : drive;
    return std::max<FrameCount>(0, -floorToInt(-way / (step > 0 ? step : -step)));
  }
  double after(FrameCount frames) const {
    return std::clamp(drive + step * static_cast<double>(frames), 0.0, 1.0);
  }
  // Frames of a motor at its full speed that it runs in so many.
  double way(FrameCount frames) const {
    const FrameCount whole = std::min(frames, length());
    const auto n = static_cast<double>(whole);
    return n * drive + step * n * (n - 1) / 2 + after(whole) * static_cast<double>(frames - whole);
  }
};

// The deck when its player acted.
struct Motion {
  DeckTelemetry deck;
  FrameCount late = 0;
  double speed = 0;     // track frames a frame that tempo and nudge give it
  double position = 0;  // where its player's commands have put it now, slews not yet run included
  Ramp then;            // its motor at that moment
  bool playing = false;

  // What it would run at full speed within the command's delay, and what it ran.
  double full() const { return speed * static_cast<double>(late); }
  double ran() const { return speed * then.way(late); }
  double was() const { return playing ? around(position - ran()) : position; }
  // What a jump is followed by: a deck that stands is set running by it.
  double onwards() const { return playing ? ran() : full(); }

  // Within the loop that runs, if the record is in it.
  double around(double place) const {
    const bool inside = has(deck, kDeckLooping) && position >= deck.loopIn;
    return inside && position < deck.loopOut ? looped(place) : place;
  }
  double looped(double place) const {
    const double length = deck.loopOut - deck.loopIn;
    return place - length * static_cast<double>(floorToInt((place - deck.loopIn) / length));
  }
};

// The hot cues of the registry are numbered from the first on.
std::optional<int> hotCueOf(ControlId id) {
  const int n = static_cast<int>(id) - static_cast<int>(ControlId::kHotcue1);
  return n >= 0 && n < kHotCues ? std::optional(n) : std::nullopt;
}

std::optional<double> placedPlay(const Command& command, const Motion& motion) {
  if (command.value > 0) {
    if (!motion.playing) return motion.position + motion.full();
    // A brake is left at once.
    if (motion.then.step < 0) return motion.around(motion.was() + motion.full());
    return std::nullopt;
  }
  if (!motion.playing || has(motion.deck, kDeckPreviewing)) return std::nullopt;
  return motion.was();
}

std::optional<double> placedCue(const Command& command, const Motion& motion) {
  const double fromCue = motion.position - motion.deck.cuePosition;
  const bool previews = command.value > 0 && !motion.playing && fromCue < 0.5 && fromCue > -0.5;
  if (!previews) return std::nullopt;
  return motion.deck.cuePosition + motion.full();
}

std::optional<double> placedHotCue(int n, const Command& command, const Motion& motion) {
  if (command.value <= 0) return std::nullopt;
  if ((motion.deck.hotCues & (1U << n)) == 0) return motion.was();
  return motion.deck.hotCuePosition[n] + motion.onwards();
}

std::optional<double> placedLoop(const Command& command, const Motion& motion) {
  const DeckTelemetry& deck = motion.deck;
  const bool runs = has(deck, kDeckLooping);
  if (!motion.playing || deck.loopOut <= deck.loopIn || has(deck, kDeckRolling)) {
    return std::nullopt;
  }
  // Left before the record was taken back once more.
  if (command.value <= 0) return runs ? std::optional(motion.was() + motion.ran()) : std::nullopt;
  if (runs) return std::nullopt;
  const double was = motion.was();
  const bool inside = was >= deck.loopIn && was < deck.loopOut;
  return motion.looped((inside ? was : deck.loopIn) + motion.ran());
}

// The record turns round, and what it ran it has run the other way. What returns from a slip
// returns to the same place whenever it does.
std::optional<double> placedReverse(const Command& command, const Motion& motion) {
  const bool turns = (command.value > 0) != has(motion.deck, kDeckReverse);
  if (!motion.playing || !turns || has(motion.deck, kDeckSlipping)) return std::nullopt;
  return motion.around(motion.was() - motion.ran());
}

// A brake, or a spin-up: the motor is so far on its way, and the record where that has brought it.
Placement placedMotor(const Battle& battle, const Command& command, const Motion& motion) {
  const DeckTelemetry& deck = motion.deck;
  const bool up = command.control == ControlId::kSpinUp;
  const bool stands = up && !motion.playing;
  const bool acts =
      stands || (motion.playing && !has(deck, kDeckPreviewing) && (!up || motion.then.step < 0));
  if (command.value <= 0 || !acts || has(deck, kDeckSlipping)) return {};
  const double frames = battle.value(ControlId::kBrakeTime, command.target) * kSampleRate;
  const Ramp ramp{stands ? 0 : motion.then.drive, (up ? 1 : -1) / frames};
  return {motion.around(motion.was() + motion.speed * ramp.way(motion.late)),
          ramp.after(motion.late)};
}

std::optional<double> placedTransport(const Command& command, const Motion& motion) {
  if (const auto n = hotCueOf(command.control)) return placedHotCue(*n, command, motion);
  switch (command.control) {
    case ControlId::kPlay:
      return placedPlay(command, motion);
    case ControlId::kCue:
      return placedCue(command, motion);
    case ControlId::kSeek:
      if (!motion.playing) return std::nullopt;
      return command.value + motion.ran();
    case ControlId::kLoop:
      return placedLoop(command, motion);
    case ControlId::kReverse:
    case ControlId::kCensor:
      return placedReverse(command, motion);
    case ControlId::kLoopIn:
    case ControlId::kLoopOut:
    case ControlId::kBeatloop:
    case ControlId::kLoopRoll:
      if (!motion.playing || command.value <= 0) return std::nullopt;
      return motion.was();
    default:  // a load stops, and a jump by beats lands in the same place whenever it is made
      return std::nullopt;
  }
}

// A change of speed by so many percent missed the way that it would have made meanwhile. Who lets
// go of a nudge has heard how far it had pushed; what a slew would still have added is let off.
std::optional<double> placedPhase(const Battle& battle, const Command& command,
                                  const Motion& motion, double owed) {
  if (!motion.playing) return std::nullopt;
  double value = command.value;
  if (command.control == ControlId::kRate) {
    const double range = battle.value(ControlId::kRateRange, command.target);
    value = std::clamp(value, -range, range);
  }
  const double before = battle.value(command.control, command.target);
  const double missed = (value - before) / 100 * motion.then.way(motion.late);
  const bool letGo = command.control == ControlId::kNudge && value == 0 && before != 0;
  return motion.position + (motion.speed < 0 ? -missed : missed) - (letGo ? owed : 0);
}

}  // namespace

Placement heardPlacement(const Battle& battle, const Command& command,
                         const Heard& heard) noexcept {
  if (info(command.control).scope != ControlScope::kDeck || heard.late <= 0) return {};
  const Battle::DeckNow now = battle.deckNow(command.target);
  if (!has(now.deck, kDeckLoaded) || has(now.deck, kDeckScratching)) return {};
  Motion motion;
  motion.deck = now.deck;
  motion.late = heard.late;
  motion.speed = now.speed;
  motion.position = now.deck.position + now.owed;
  motion.then = {now.drive, now.driveStep};
  motion.then.drive = Ramp{now.drive, -now.driveStep}.after(heard.late);
  motion.playing = has(now.deck, kDeckPlaying);
  switch (info(command.control).latency) {
    case LatencyClass::kTransport:
      if (command.control == ControlId::kBrake || command.control == ControlId::kSpinUp) {
        return placedMotor(battle, command, motion);
      }
      return {placedTransport(command, motion), {}};
    case LatencyClass::kPhase:
      return {placedPhase(battle, command, motion, heard.owed), {}};
    default:
      return {};
  }
}

}  // namespace dju::engine
