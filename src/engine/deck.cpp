#include "engine/deck.h"

#include <algorithm>

#include "engine/dsp/math.h"

namespace dju::engine {
namespace {

// A record that hardly turns gives no sound: its level fades with the speed below an eighth, and
// without a corner where it turns round.
constexpr double kFullLevelSpeed = 0.125;
constexpr double kFarthest = 120.0 * kSampleRate;  // that a hand may turn beyond either end
constexpr double kSlowestTempo = 0.25;             // that effects follow
constexpr int kStripTail = kSampleRate / 5;  // after 200 ms of silence the filters hold nothing

float levelOfSpeed(double speed) noexcept {
  const auto t = static_cast<float>((speed < 0 ? -speed : speed) / kFullLevelSpeed);
  return t >= 1 ? 1.0F : t * t * (3 - 2 * t);
}

// 3t^2 - 2t^3: no corner at either end, and a fade in and a fade out add up to one.
float smoothStep(int done, int length) noexcept {
  if (done >= length) return 1;
  const float t = static_cast<float>(done) / static_cast<float>(length);
  return t * t * (3 - 2 * t);
}

double fraction(double x) noexcept {
  return x - static_cast<double>(floorToInt(x));
}

}  // namespace

float Deck::levelNow() const noexcept {
  return moving() && fadeIn_ > 0 ? levelOfSpeed(platter_.speed()) : 0;
}

// Moves the record on by up to `frames`, frame by frame; stops counting where the track or the loop
// ends, the brake has stopped it, or the hand's hold on it ends.
int Deck::advance(int frames) noexcept {
  const auto end = static_cast<double>(track_.audio.frames);
  int i = 0;
  if (platter_.steady()) {
    const double speed = platter_.cruise();
    const Loop& loop = sounding();
    const double high = loop.on ? loop.out : end;
    const double low = loop.on ? loop.in : 0;
    double position = position_;
    if (speed < 0) {
      const bool unbounded = slipping_ && !loop.on;
      for (; i < frames && (unbounded || position >= low); ++i, position += speed) {
        positions_[i] = position;
        speeds_[i] = speed;
      }
    } else {
      for (; i < frames && position < high; ++i, position += speed) {
        positions_[i] = position;
        speeds_[i] = speed;
      }
    }
    position_ = position;
    if (slipping_) slipBy(i);
    return i;
  }
  const Hold before = hold();
  for (; i < frames; ++i) {
    if (!moving() || beyondLoop() || ended() || hold() != before) break;
    const double speed = platter_.next();
    positions_[i] = position_;
    speeds_[i] = speed;
    position_ = std::clamp(position_ + speed, -kFarthest, end + kFarthest);
    if (slipping_) slipBy(1);
  }
  return i;
}

// The same additions as without slip, so that the record returns exactly.
void Deck::slipBy(int frames) noexcept {
  const auto end = static_cast<double>(track_.audio.frames);
  const double speed = platter_.undisturbed();
  for (int i = 0; i < frames && slipPosition_ < end; ++i) slipPosition_ += speed;
}

void Deck::mixMain(int offset, int frames, Hold hold) noexcept {
  float* left = read_.left.data() + offset;
  float* right = read_.right.data() + offset;
  stretch_.read(track_.audio, positions_.data(), speeds_.data(), frames, hold, left, right);
  for (int i = 0; i < frames; ++i) {
    const bool entering = fadeIn_ < fadeInLength_;
    const float level = levelOfSpeed(speeds_[i]);
    if (!entering && level >= 1) continue;
    const float gain = entering ? level * smoothStep(fadeIn_++, fadeInLength_) : level;
    left[i] *= gain;
    right[i] *= gain;
  }
}

void Deck::mixTail(Tail& tail, int offset, int frames) noexcept {
  const int n = std::min(frames, tail.left);
  Sound& scratch = sound_;  // filled only afterwards
  const float* left = scratch.left.data() + offset;
  const float* right = scratch.right.data() + offset;
  if (tail.rendered) {
    left = tail.sound.left.data() + (tail.length - tail.left);
    right = tail.sound.right.data() + (tail.length - tail.left);
  } else {
    for (int i = 0; i < n; ++i) {
      positions_[i] = tail.position;
      speeds_[i] = tail.speed;
      tail.position += tail.speed;
    }
    reader_.read(tail.audio, positions_.data(), speeds_.data(), n, scratch.left.data() + offset,
                 scratch.right.data() + offset);
  }
  const float scale = track_.audio.scale * static_cast<float>(autoGain_.value());
  const float level = tail.level * tail.audio.scale / scale;
  for (int i = 0; i < n; ++i) {
    const float gain =
        level * smoothStep(tail.fadeIn++, tail.fadeInLength) * smoothStep(tail.left--, tail.length);
    read_.left[offset + i] += gain * left[i];
    read_.right[offset + i] += gain * right[i];
  }
}

void Deck::setAutoGain(bool on, double rampMs) noexcept {
  autoGainOn_ = on;
  takeAutoGain(rampMs);
}

void Deck::takeAutoGain(double rampMs) noexcept {
  autoGain_.glide(autoGainOn_ ? dbToGain(track_.gainDb) : 1, rampMs);
}

// Scale, gains and isolator, from read_ to sound_.
void Deck::applyStrip(int offset, int frames) noexcept {
  float* left = sound_.left.data() + offset;
  float* right = sound_.right.data() + offset;
  const double scale = track_.audio.scale;
  if (trim_.moving() || autoGain_.moving()) {
    for (int i = 0; i < frames; ++i) {
      const auto gain = static_cast<float>(trim_.next() * autoGain_.next() * scale);
      left[i] = read_.left[offset + i] * gain;
      right[i] = read_.right[offset + i] * gain;
    }
  } else {
    const auto gain = static_cast<float>(trim_.value() * autoGain_.value() * scale);
    for (int i = 0; i < frames; ++i) {
      left[i] = read_.left[offset + i] * gain;
      right[i] = read_.right[offset + i] * gain;
    }
  }
  isolator_.process(left, right, frames);
}

bool Deck::ended() const noexcept {
  if (!playing_ || platter_.scratching()) return false;
  if (platter_.braked()) return true;
  if (platter_.reverse()) return !slipping_ && position_ < 0;
  return position_ >= static_cast<double>(track_.audio.frames);
}

int Deck::longestTail() const noexcept {
  int longest = 0;
  for (const Tail& tail : tails_) longest = std::max(longest, tail.left);
  return longest;
}

// What changes by itself: the seam of a loop, the end of the record or of a brake.
void Deck::changeState() noexcept {
  if (beyondLoop()) takeBack();
  if (ended()) stopAt(position_);
}

// Renders up to the next change of state within the deck itself and returns how far it came.
int Deck::renderSome(int offset, int frames) noexcept {
  changeState();
  const bool sounding = moving() || longestTail() > 0;
  if (!sounding && silentFrames_ >= kStripTail) {
    platter_.skip(frames);
    trim_.skip(frames);
    autoGain_.skip(frames);
    isolator_.skip(frames);
    std::fill_n(sound_.left.begin() + offset, frames, 0.0F);
    std::fill_n(sound_.right.begin() + offset, frames, 0.0F);
    return frames;
  }
  if (moving()) {
    const Hold held = hold();
    frames = advance(frames);
    mixMain(offset, frames, held);
  } else {
    frames = std::min(frames, sounding ? longestTail() : kStripTail - silentFrames_);
    platter_.skip(frames);
    std::fill_n(read_.left.begin() + offset, frames, 0.0F);
    std::fill_n(read_.right.begin() + offset, frames, 0.0F);
  }
  for (Tail& tail : tails_) {
    if (tail.left > 0) mixTail(tail, offset, frames);
  }
  applyStrip(offset, frames);
  silentFrames_ = sounding ? 0 : silentFrames_ + frames;
  if (silentFrames_ >= kStripTail) isolator_.reset();
  return frames;
}

void Deck::render(int offset, int frames) noexcept {
  for (int done = 0; done < frames;) done += renderSome(offset + done, frames - done);
}

void Deck::skip(int frames) noexcept {
  for (int done = 0; done < frames;) {
    changeState();
    int moved = frames - done;
    if (moving()) {
      moved = advance(moved);
    } else {
      platter_.skip(moved);
    }
    done += moved;
  }
  trim_.skip(frames);
  autoGain_.skip(frames);
  isolator_.skip(frames);
}

void Deck::beginSoundAnew() noexcept {
  for (Tail& tail : tails_) tail.left = 0;
  stretch_.restart();
  enter(kFadeFrames);
  isolator_.reset();
  silentFrames_ = 0;
}

void Deck::tellBeat(BeatClock& clock) const noexcept {
  clock.beat += kBlockFrames / clock.framesPerBeat;
  if (!loaded() || !track_.grid.valid()) return;
  clock.framesPerBeat =
      track_.grid.framesPerBeatAt(position_) / std::max(kSlowestTempo, platter_.tempo());
  if (playing_ && !platter_.scratching() && platter_.speed() > 0) {
    clock.beat = track_.grid.beatAt(position_);
  }
}

void Deck::describe(DeckTelemetry& to) const noexcept {
  to = {};
  const double tempo = platter_.tempo();
  to.tempoPercent = static_cast<float>(platter_.tempoPercent());
  to.trimGain = static_cast<float>(trim_.value());
  to.autoGain = static_cast<float>(autoGain_.value());
  if (!loaded()) return;
  const double rate = moving() ? platter_.speed() : 0;
  to.position = position_;
  to.rate = static_cast<float>(rate);
  to.track = trackIndex_;
  to.hotCues = hotCueSet_;
  to.hotCuePosition = hotCuePosition_;
  to.cuePosition = cuePosition_;
  const Loop& loop = sounding();
  to.loopIn = loop.in;
  to.loopOut = loop.out;
  to.loopBeats = static_cast<float>(loop.set() ? loopSize(loop) : loopBeats_);
  to.slipPosition = anchor();
  const double heard = moving() ? (rate < 0 ? -rate : rate) : tempo;
  const double pitch = stretch_.pitch(heard);
  to.keyShift = pitch > 0 ? static_cast<float>(12 * log2(pitch)) : 0;
  if (track_.grid.valid()) {
    const double beat = track_.grid.beatAt(position_);
    to.bpm = static_cast<float>(track_.grid.bpmAt(position_) * heard);
    to.beatPhase = static_cast<float>(fraction(beat));
    to.barBeat = static_cast<float>(4 * fraction(beat / 4));
  }
  std::uint32_t flags = kDeckLoaded;
  if (playing_) flags |= kDeckPlaying;
  if (previewing()) flags |= kDeckPreviewing;
  if (platter_.scratching()) flags |= kDeckScratching;
  if (position_ >= static_cast<double>(track_.audio.frames)) flags |= kDeckAtEnd;
  if (slipping_) flags |= kDeckSlipping;
  if (platter_.reverse()) flags |= kDeckReverse;
  if (loop.on) flags |= kDeckLooping;
  if (roll_.on) flags |= kDeckRolling;
  if (platter_.driving()) flags |= kDeckBraking;
  to.flags = flags;
}

}  // namespace dju::engine
