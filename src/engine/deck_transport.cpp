// The deck's transport: what each command does in each state. docs/controls.md has the table.
#include <algorithm>

#include "engine/deck.h"

namespace dju::engine {
namespace {

constexpr double kEarliest = -60.0 * kSampleRate;
constexpr double kSamePlace = 0.5;

bool near(double a, double b) {
  return a - b < kSamePlace && b - a < kSamePlace;
}

}  // namespace

double Deck::clampPosition(double position) const noexcept {
  return std::clamp(position, kEarliest, static_cast<double>(track_.audio.frames));
}

// What sounds now goes on for `fadeFrames`, fading out, wherever the deck goes.
void Deck::leave(int fadeFrames) noexcept {
  const float level = levelNow();
  if (level > 0) {
    Tail& tail = quietestTail();
    tail.audio = track_.audio;  // as loud as it was, whatever comes next
    tail.audio.scale *= static_cast<float>(autoGain_.value());
    tail.position = position_;
    tail.speed = platter_.speed();
    tail.level = level;
    tail.fadeIn = fadeIn_;
    tail.fadeInLength = fadeInLength_;
    tail.left = tail.length = fadeFrames;
    tail.rendered = stretch_.stretching();
    if (tail.rendered) readAhead(tail);
  }
  fadeIn_ = 0;
  stretch_.restart();
}

// A stretched sound cannot be taken up again later: what fades out is read at once.
void Deck::readAhead(Tail& tail) noexcept {
  tail.left = tail.length = std::min(tail.length, kBlockFrames);
  for (int i = 0; i < tail.length; ++i) {
    positions_[i] = tail.position + i * tail.speed;
    speeds_[i] = tail.speed;
  }
  stretch_.read(tail.audio, positions_.data(), speeds_.data(), tail.length, hold(),
                tail.sound.left.data(), tail.sound.right.data());
}

// It makes room for another; with six of them it is far below the rest.
Deck::Tail& Deck::quietestTail() noexcept {
  const auto loudness = [](const Tail& t) {
    const float in =
        static_cast<float>(std::min(t.fadeIn, t.fadeInLength)) / static_cast<float>(t.fadeInLength);
    return t.level * in * static_cast<float>(t.left) / static_cast<float>(t.length);
  };
  Tail* quietest = &tails_[0];
  for (Tail& tail : tails_) {
    if (loudness(tail) < loudness(*quietest)) quietest = &tail;
  }
  return *quietest;
}

void Deck::enter(int fadeFrames) noexcept {
  fadeIn_ = 0;
  fadeInLength_ = fadeFrames;
}

void Deck::placeAt(double position, int fadeFrames) noexcept {
  const double target = clampPosition(position);
  if (target == position_) return;
  leave(fadeFrames);
  position_ = target;
  platter_.slew().cancel();
  enter(fadeFrames);
}

void Deck::jumpTo(double position, int fadeFrames) noexcept {
  const double target = clampPosition(position);
  if (loop_.on && target >= loop_.out) loop_.on = false;
  if (roll_.on && target >= roll_.out) roll_.on = false;
  slipPosition_ = target;
  placeAt(target, fadeFrames);
  settleSlip();
}

void Deck::start(int fadeFrames) noexcept {
  if (!platter_.scratching()) {  // under the hand the motor changes nothing yet
    leave(fadeFrames);
    enter(fadeFrames);
  }
  playing_ = true;
  platter_.setMotor(true);
  platter_.settle();
  settleSlip();
}

void Deck::stopAt(double position) noexcept {
  leave(kFadeFrames);
  enter(kFadeFrames);
  playing_ = false;
  preview_ = kNoPreview;
  platter_.setMotor(false);
  platter_.settle();
  position_ = clampPosition(position);
  slipping_ = false;
  if (loop_.on && position_ >= loop_.out) loop_.on = false;
  roll_.on = false;
}

void Deck::load(std::uint32_t index, const LoadedTrack& track, std::optional<double> at) noexcept {
  stopAt(position_);
  track_ = track;
  takeAutoGain(0);
  trackIndex_ = index;
  position_ = clampPosition(at.value_or(0));
  cuePosition_ = position_;
  hotCueSet_ = 0;
  hotCuePosition_.fill(0);
  loop_ = roll_ = {};
}

void Deck::unload() noexcept {
  if (!loaded()) return;
  platter_.release();
  stopAt(0);
  track_ = {};
  takeAutoGain(0);
  trackIndex_ = 0;
  position_ = cuePosition_ = 0;
  hotCueSet_ = 0;
  hotCuePosition_.fill(0);
  loop_ = roll_ = {};
}

void Deck::regrid(std::uint32_t index, const LoadedTrack& track) noexcept {
  if (!loaded() || track.audio.frames != track_.audio.frames) return;
  trackIndex_ = index;
  track_.grid = track.grid;
}

void Deck::play(bool on, std::optional<double> at) noexcept {
  if (!loaded()) return;
  if (!on) {
    if (playing_ && !previewing()) stopAt(at.value_or(position_));
    return;
  }
  if (previewing()) {  // the held preview becomes playing, without a seam
    preview_ = kNoPreview;
    if (at && !near(*at, position_)) placeAt(*at, kPlacedFadeFrames);
    return;
  }
  const double from = at.value_or(position_);
  if (playing_) {
    if (!platter_.braking()) return;
    const int fade = at ? kPlacedFadeFrames : kFadeFrames;
    leave(fade);
    enter(fade);
    if (at) placeAt(*at, fade);
    platter_.setMotor(true);
    return;
  }
  const bool nothingAhead = from >= static_cast<double>(track_.audio.frames);
  if (platter_.reverse() ? from <= 0 : nothingAhead) return;
  const int fade = at ? kPlacedFadeFrames : kFadeFrames;
  placeAt(from, fade);
  start(fade);
}

void Deck::cue(bool pressed, std::optional<double> at) noexcept {
  if (!loaded()) return;
  if (!pressed) {
    if (preview_ == kCuePreview) stopAt(cuePosition_);
    return;
  }
  if (preview_ == kCuePreview) return;
  if (playing_) {
    stopAt(cuePosition_);
    return;
  }
  if (near(position_, cuePosition_)) {
    if (cuePosition_ >= static_cast<double>(track_.audio.frames)) return;
    const int fade = at ? kPlacedFadeFrames : kFadeFrames;
    placeAt(at.value_or(cuePosition_), fade);
    preview_ = kCuePreview;
    start(fade);
    return;
  }
  const double position = at.value_or(position_);
  setCue(quantize_ ? nearestBeat(position, 1) : position);
  placeAt(cuePosition_, kFadeFrames);
}

void Deck::setCue(double position) noexcept {
  if (loaded()) cuePosition_ = clampPosition(position);
}

void Deck::pressEmptyHotCue(int n, std::optional<double> at) noexcept {
  const double position = at.value_or(position_);
  setHotCue(n, quantize_ ? nearestBeat(position, 1) : position);
}

void Deck::setHotCue(int n, double position) noexcept {
  if (!loaded()) return;
  hotCuePosition_[n] = clampPosition(position);
  hotCueSet_ = static_cast<std::uint8_t>(hotCueSet_ | (1U << n));
}

void Deck::hotCue(int n, bool pressed, std::optional<double> at) noexcept {
  if (!loaded()) return;
  if (!pressed) {
    if (preview_ == n) stopAt(previewReturn_);
    return;
  }
  if ((hotCueSet_ & (1U << n)) == 0) return pressEmptyHotCue(n, at);
  if (hotCuePosition_[n] >= static_cast<double>(track_.audio.frames)) return;
  const bool wasPlaying = playing_ && !previewing();
  const int fade = at ? kPlacedFadeFrames : kFadeFrames;
  jumpTo(inPhase(at.value_or(hotCuePosition_[n])), fade);
  if (wasPlaying) return;
  preview_ = n;
  previewReturn_ = hotCuePosition_[n];
  if (!playing_) start(fade);
}

void Deck::clearHotCue(int n) noexcept {
  hotCueSet_ = static_cast<std::uint8_t>(hotCueSet_ & ~(1U << n));
  hotCuePosition_[n] = 0;
}

void Deck::seek(double position, std::optional<double> at) noexcept {
  if (loaded()) jumpTo(inPhase(at.value_or(position)), at ? kPlacedFadeFrames : kFadeFrames);
}

// Where `beats` from `from` lies. A constant grid needs no detour over beat numbers, which would
// cost a bit of the position.
double Deck::moved(double from, double beats) const noexcept {
  const BeatGrid& grid = track_.grid;
  if (!grid.valid()) return from + beats * kBeatWithoutGrid;
  if (grid.constant()) return from + beats * grid.framesPerBeat;
  return grid.frameAt(grid.beatAt(from) + beats);
}

// The multiple of `beats` nearest to `position`.
double Deck::nearestBeat(double position, double beats) const noexcept {
  if (!track_.grid.valid()) return position;
  const double beat = track_.grid.beatAt(position);
  return track_.grid.frameAt(beats * static_cast<double>(floorToInt(beat / beats + 0.5)));
}

// The place nearest to `target` that lies in its beat as the record does now.
double Deck::inPhase(double target) const noexcept {
  if (!quantize_ || !playing_ || previewing() || !track_.grid.valid()) return target;
  const double beat = track_.grid.beatAt(target);
  double early = track_.grid.beatAt(anchor()) - beat;
  early -= static_cast<double>(floorToInt(early + 0.5));
  return early == 0 ? target : track_.grid.frameAt(beat + early);
}

void Deck::beatJump(double beats, std::optional<double> at) noexcept {
  if (!loaded()) return;
  jumpTo(at.value_or(moved(anchor(), beats) + owed()), at ? kPlacedFadeFrames : kFadeFrames);
}

void Deck::slewTo(double position) noexcept {
  if (!playing_ || platter_.scratching()) return;
  if (slipping_) {
    slipPosition_ = clampPosition(slipPosition_ + position - position_);  // nobody hears it there
  } else {
    platter_.slew().owe(position - position_);
  }
}

void Deck::touch(bool on) noexcept {
  if (!loaded()) return;
  if (on) {
    platter_.touch();
    return settleSlip();
  }
  if (slipping_ && platter_.scratching()) {
    leave(kFadeFrames);  // at the hand's speed
    enter(kFadeFrames);
    platter_.letGo();
    return settleSlip();
  }
  platter_.release();
  if (loop_.on && position_ >= loop_.out) loop_.on = false;
  if (roll_.on && position_ >= roll_.out) roll_.on = false;
}

}  // namespace dju::engine
