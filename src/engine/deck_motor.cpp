// What turns the record otherwise than forwards at its tempo: reverse, censor, brake and spin-up;
// and slip, which lets it return to where it would have been. docs/controls.md has the table.
#include "engine/deck.h"

namespace dju::engine {

bool Deck::strays() const noexcept {
  if (!playing_) return false;
  if (roll_.on || censored_) return true;
  return slip_ && (platter_.scratching() || loop_.on || reverse_);
}

// Called after whatever changes strays().
void Deck::settleSlip() noexcept {
  const bool away = strays();
  if (away == slipping_) return;
  slipping_ = away;
  if (away) {
    slipPosition_ = position_;
  } else {
    placeAt(slipPosition_, kFadeFrames);
  }
}

// Switched off, it leaves the record where it is.
void Deck::setSlip(bool on) noexcept {
  slip_ = on;
  if (slipping_ && !strays()) slipPosition_ = position_;
  settleSlip();
}

void Deck::turnAround(bool reverse, std::optional<double> at) noexcept {
  if (platter_.reverse() == reverse) return settleSlip();
  if (!platter_.scratching()) {
    leave(kFadeFrames);
    enter(kFadeFrames);
  }
  platter_.setReverse(reverse);
  platter_.settle();
  if (reverse && loop_.on && position_ < loop_.in) loop_.on = false;
  if (reverse && roll_.on && position_ < roll_.in) roll_.on = false;
  settleSlip();  // from where it would have gone on
  if (at && playing_) placeAt(*at, kPlacedFadeFrames);
}

void Deck::setReverse(bool on, std::optional<double> at) noexcept {
  reverse_ = on;
  turnAround(reverse_ || censored_, at);
}

void Deck::censor(bool pressed, std::optional<double> at) noexcept {
  censored_ = pressed;
  turnAround(reverse_ || censored_, at);
}

void Deck::brake(double seconds, std::optional<double> at, std::optional<double> drive) noexcept {
  if (!playing_ || previewing()) return;
  if (at) placeAt(*at, kPlacedFadeFrames);
  platter_.brake(seconds);
  if (drive) platter_.setDrive(*drive);
}

// Also turns a brake around.
void Deck::spinUp(double seconds, std::optional<double> at, std::optional<double> drive) noexcept {
  if (!loaded() || previewing() || (playing_ && !platter_.braking())) return;
  const bool stood = !playing_;
  if (stood) {
    play(true, at);
    if (!playing_) return;
  } else if (at) {
    placeAt(*at, kPlacedFadeFrames);
  }
  platter_.spinUp(seconds, stood);
  if (drive) platter_.setDrive(*drive);
  if (stood) platter_.settle();
}

void Deck::returnToCue() noexcept {
  if (loaded() && playing_ && !previewing()) stopAt(cuePosition_);
}

bool Deck::beatsRunOn() const noexcept {
  if (!playing_ || previewing() || !track_.grid.valid() || platter_.driving()) return false;
  if (slipping_) return true;
  if (platter_.inHand() || platter_.reverse()) return false;
  if (!loop_.on) return true;
  const double size = loopSize(loop_);
  const double rest = size - static_cast<double>(floorToInt(size + 0.5));
  return rest < 1e-6 && rest > -1e-6;
}

void Deck::shiftPhase(double frames) noexcept {
  if (slipping_) {
    slipPosition_ = clampPosition(slipPosition_ + frames);
    return;
  }
  const double target = position_ + frames;
  placeAt(loop_.on && loop_.holds(position_) ? loop_.wrapped(target) : target, kFadeFrames);
}

}  // namespace dju::engine
