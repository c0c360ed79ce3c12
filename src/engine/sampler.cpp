#include "engine/sampler.h"

#include <algorithm>

namespace dju::engine {
namespace {

constexpr int kEdgeFrames = 96;       // 2 ms: the fades at a sample's beginning and end
constexpr int kLeaveFrames = 240;     // 5 ms: a sample stopped or begun again in the middle
constexpr double kWholeBeats = 0.05;  // a loop this near to whole beats (in beats) has that length
constexpr double kPull = 1.0 / kSampleRate;  // of a synced loop to the beat: 63 % within a second
constexpr double kMostPull = 0.03;           // of its speed

float smoothStep(float t) noexcept {
  return t >= 1 ? 1.0F : t <= 0 ? 0.0F : t * t * (3 - 2 * t);
}

double speedFor(double ratio) noexcept {
  return std::clamp(ratio, 0.25, 4.0);
}

// −0.5 … 0.5.
double fromNearestBeat(double beats) noexcept {
  return beats - static_cast<double>(floorToInt(beats + 0.5));
}

}  // namespace

void Sampler::load(const LoadedTrack& track) noexcept {
  leave();
  track_ = track;
  length_ = static_cast<double>(track.audio.frames);
  if (!track.grid.valid()) return;
  const double beats = length_ / track.grid.framesPerBeat;
  const double distance = fromNearestBeat(beats);
  if (beats > 0.5 && distance < kWholeBeats && distance > -kWholeBeats) {
    length_ = (beats - distance) * track.grid.framesPerBeat;
  }
}

bool Sampler::follows() const noexcept {
  return sync_ && mode_ == SamplerMode::kLoop && track_.grid.valid();
}

// What sounds now goes on, fading out, whatever the pad does next.
void Sampler::leave() noexcept {
  if (!playing()) return;
  Voice* free = &tails_[0];
  for (Voice& tail : tails_) {
    if (tail.fading < free->fading) free = &tail;
  }
  *free = own_;
  free->fading = kLeaveFrames;
  own_.fading = 0;
}

void Sampler::press(bool down, int offset) noexcept {
  if (!down) {
    if (mode_ == SamplerMode::kGate) leave();
    return;
  }
  leave();
  if (track_.audio.samples == nullptr) return;
  own_ = {track_.audio, length_, 0, 1, kHeld};
  // Synced: as if it had been pressed on the nearest beat.
  if (!follows()) return;
  own_.position = fromNearestBeat(music_.beatAt(offset)) * track_.grid.framesPerBeat;
  own_.speed = speedFor(track_.grid.framesPerBeat / music_.framesPerBeat);
}

void Sampler::stop() noexcept {
  leave();
}

void Sampler::beginBlock(const BeatClock& music) noexcept {
  music_ = music;
  if (!playing()) return;
  own_.speed = 1;
  if (!follows()) return;
  const double perBeat = track_.grid.framesPerBeat;
  const double away = fromNearestBeat(music.beat - own_.position / perBeat);
  const double pull = std::clamp(away * perBeat * kPull, -kMostPull, kMostPull);
  own_.speed = speedFor(perBeat / music.framesPerBeat) * (1 + pull);
}

// Fills positions and gains of the frames [from, frames) as far as the voice runs without a jump,
// and tells where that ends.
int Sampler::advance(Voice& voice, int from, int frames) noexcept {
  const bool loops = mode_ == SamplerMode::kLoop && voice.fading == kHeld;
  if (voice.position >= voice.length) {
    if (!loops) voice.fading = 0;
    voice.position -= voice.length;
  }
  int i = from;
  for (; i < frames && voice.fading != 0 && voice.position < voice.length; ++i) {
    positions_[i] = voice.position;
    speeds_[i] = voice.speed;
    const double edge = std::min(voice.position, voice.length - voice.position);
    float gain = smoothStep(static_cast<float>(edge) * (1.0F / kEdgeFrames));
    if (voice.fading > 0) {
      gain *= smoothStep(static_cast<float>(voice.fading--) * (1.0F / kLeaveFrames));
    }
    gains_[i] = gain * volumes_[i] * voice.audio.scale;
    voice.position += voice.speed;
  }
  return i;
}

void Sampler::mix(Voice& voice, VarispeedReader& reader, float* left, float* right,
                  int frames) noexcept {
  for (int done = 0; done < frames && voice.fading != 0;) {
    const int end = advance(voice, done, frames);
    const int n = end - done;
    if (n > 0) {
      reader.read(voice.audio, positions_.data() + done, speeds_.data() + done, n, left_.data(),
                  right_.data());
    }
    for (int i = 0; i < n; ++i) {
      left[done + i] += gains_[done + i] * left_[i];
      right[done + i] += gains_[done + i] * right_[i];
    }
    done = end;
  }
}

void Sampler::render(VarispeedReader& reader, float* left, float* right, int frames) noexcept {
  bool sounds = playing();
  for (const Voice& tail : tails_) sounds = sounds || tail.fading != 0;
  if (!sounds) {
    volume_.skip(frames);
    return;
  }
  for (int i = 0; i < frames; ++i) volumes_[i] = static_cast<float>(volume_.next());
  mix(own_, reader, left, right, frames);
  for (Voice& tail : tails_) mix(tail, reader, left, right, frames);
}

void Sampler::skip(int frames) noexcept {
  volume_.skip(frames);
  const auto run = [&](Voice& voice) {
    for (int done = 0; done < frames && voice.fading != 0;) done = advance(voice, done, frames);
  };
  run(own_);
  for (Voice& tail : tails_) run(tail);
}

}  // namespace dju::engine
