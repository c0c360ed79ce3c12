// The deck's loops: what each command does in each state. docs/controls.md has the table. The
// record is taken back in Deck::takeBack(), while it is rendered.
#include <algorithm>

#include "engine/deck.h"

namespace dju::engine {
namespace {

constexpr double kSameSize = 1e-6;

double clampedBeats(double beats) noexcept {
  return std::clamp(beats, Loop::kFewestBeats, Loop::kMostBeats);
}

}  // namespace

// Loops of whole beats begin on a beat, shorter ones on a part of it.
double Deck::quantizedIn(double position, double beats) const noexcept {
  return quantize_ ? nearestBeat(position, std::min(1.0, beats)) : position;
}

double Deck::beatsBetween(double from, double to) const noexcept {
  const BeatGrid& grid = track_.grid;
  if (!grid.valid()) return (to - from) / kBeatWithoutGrid;
  if (grid.constant()) return (to - from) / grid.framesPerBeat;
  return grid.beatAt(to) - grid.beatAt(from);
}

double Deck::loopSize(const Loop& loop) const noexcept {
  return beatsBetween(loop.in, loop.out);
}

// A loop that would run past the end of the record lies as many beats before, or as many of its own
// lengths where it is shorter than a beat: it stays as long, and in its beat.
double Deck::fittedIn(double in, double beats) const noexcept {
  const double end = static_cast<double>(track_.audio.frames);
  const double step = std::min(1.0, beats);
  const double over = beatsBetween(end, moved(in, beats)) / step;
  if (over <= kSameSize) return in;
  const double back = step * static_cast<double>(floorToInt(over - kSameSize) + 1);
  return std::max(moved(in, -back), std::min(in, 0.0));
}

// The size that it has then: what the whole record does not hold is halved until it does.
double Deck::setBeatLoop(Loop& loop, double in, double beats) noexcept {
  const double end = static_cast<double>(track_.audio.frames);
  while (beats > Loop::kFewestBeats && moved(end, -beats) < 0) beats /= 2;
  loop.in = std::min(fittedIn(in, beats), end - Loop::kShortest);
  loop.out = std::min(std::max(moved(loop.in, beats), loop.in + Loop::kShortest), end);
  loop.inSet = true;
  return beats;
}

void Deck::loopIn(std::optional<double> at) noexcept {
  if (!loaded()) return;
  const double end = static_cast<double>(track_.audio.frames);
  const double in = quantizedIn(at.value_or(position_), 1);
  loop_ = {std::min(in, end - Loop::kShortest), 0, true, false};
  loop_.out = loop_.in;
  settleSlip();
}

void Deck::loopOut(std::optional<double> at) noexcept {
  if (!loaded() || !loop_.inSet) return;
  const double end = static_cast<double>(track_.audio.frames);
  const double out = std::min(quantizedIn(at.value_or(position_), 1), end);
  if (out < loop_.in + Loop::kShortest) return;
  loop_.out = out;
  loop_.on = true;
  loopBeats_ = clampedBeats(loopSize(loop_));
  settleSlip();
}

// From the loop's beginning, unless the record is inside. What is placed was inside when it was
// asked for if it only ran on since.
void Deck::enterLoop(std::optional<double> at) noexcept {
  const double off = at ? *at - loop_.wrapped(position_ + owed()) : 0;
  const bool wasInside = at ? off < 0.5 && off > -0.5 : loop_.holds(position_);
  const int fade = at ? kPlacedFadeFrames : kFadeFrames;
  if (!wasInside) return jumpTo(loop_.wrapped(inPhase(at.value_or(loop_.in))), fade);
  if (at) jumpTo(*at, fade);
}

// 1: again what was looped last; 0: on from here.
void Deck::loop(bool on, std::optional<double> at) noexcept {
  if (!loaded() || on == loop_.on || !loop_.set()) return;
  if (on) enterLoop(at);
  loop_.on = on;
  if (!on && at && !slipping_) placeAt(*at, kFadeFrames);
  settleSlip();
}

void Deck::beatLoop(double beats, std::optional<double> at) noexcept {
  if (!loaded()) return;
  const double size = loopSize(loop_) - beats;
  if (loop_.on && size < kSameSize && size > -kSameSize) return loop(false, {});
  const double from = loop_.on ? loop_.in : quantizedIn(at.value_or(position_), beats);
  loopBeats_ = setBeatLoop(loop_, from, beats);
  loop_.on = true;
  settleSlip();
}

void Deck::scaleLoop(double factor) noexcept {
  if (!loaded()) return;
  loopBeats_ = clampedBeats((loop_.set() ? loopSize(loop_) : loopBeats_) * factor);
  if (!loop_.set()) return;
  loopBeats_ = setBeatLoop(loop_, loop_.in, loopBeats_);
}

// A record that is inside moves along, and keeps its beat.
void Deck::moveLoop(double beats) noexcept {
  if (!loaded() || !loop_.set()) return;
  const bool inside = loop_.on && loop_.holds(position_);
  const double size = loopSize(loop_);
  const double within = position_ - loop_.in;
  setBeatLoop(loop_, clampPosition(moved(loop_.in, beats)), size);
  if (!inside) return;
  const double target = loop_.in + within;
  placeAt(loop_.holds(target) ? target : loop_.wrapped(target), kFadeFrames);
}

// Held: a loop over the one that may be there; the record slips. 0: let go.
void Deck::loopRoll(double beats, std::optional<double> at) noexcept {
  if (!loaded()) return;
  if (beats <= 0) {
    roll_.on = false;
    return settleSlip();
  }
  const double size = clampedBeats(beats);
  const double from = roll_.on ? roll_.in : quantizedIn(at.value_or(position_), size);
  setBeatLoop(roll_, from, size);
  roll_.on = true;
  settleSlip();
}

// Whether the record has run out of the loop that is on; under the hand it goes where it likes.
bool Deck::beyondLoop() const noexcept {
  const Loop& loop = sounding();
  if (!loop.on || platter_.scratching()) return false;
  return position_ >= loop.out || (platter_.reverse() && position_ < loop.in);
}

// The loop's seam: a jump by its length, with what came after it fading out.
void Deck::takeBack() noexcept {
  placeAt(sounding().wrapped(position_), kFadeFrames);
}

}  // namespace dju::engine
