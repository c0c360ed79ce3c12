#include "engine/mixer.h"

#include <algorithm>

#include "engine/dsp/math.h"

namespace dju::engine {
namespace {

constexpr double kCutWidth = 0.1;  // of the fader's way of 2, at each end

// One side's gain with the fader `open` of its way (0 … 1) towards this side.
double sideGain(double open, double curve) noexcept {
  const double blend = open >= 1 ? 1 : open <= 0 ? 0 : sine(open * kPi / 2);
  const double cut = std::min(1.0, open * 2 / kCutWidth);
  return blend + curve * (cut - blend);
}

}  // namespace

SideGains crossfade(double position, double curve) noexcept {
  const double x = std::clamp(position, -1.0, 1.0);
  return {sideGain((1 - x) / 2, curve), sideGain((1 + x) / 2, curve)};
}

double Mixer::sideGainOf(int deck) const noexcept {
  switch (assigned_[deck]) {
    case CrossfaderSide::kLeft:
      return crossfaderGains_.a;
    case CrossfaderSide::kRight:
      return crossfaderGains_.b;
    case CrossfaderSide::kThru:
      return 1;
    case CrossfaderSide::kOwn:
      break;
  }
  return deck % 2 == 0 ? crossfaderGains_.a : crossfaderGains_.b;
}

void Mixer::setCrossfader(double position, double curve, bool reversed, double rampMs) noexcept {
  const double heard = reversed ? -position : position;
  crossfaderGains_ = crossfade(heard, curve);
  crossfader_.glide(heard, rampMs);
  for (int d = 0; d < kMaxDecks; ++d) sides_[d].glide(sideGainOf(d), rampMs);
}

void Mixer::setSide(int deck, CrossfaderSide side, double rampMs) noexcept {
  assigned_[deck] = side;
  sides_[deck].glide(sideGainOf(deck), rampMs);
}

void Mixer::beginBlock(std::span<const BeatClock> decks, const BeatClock& leader) noexcept {
  for (std::size_t d = 0; d < effects_.size(); ++d) effects_[d]->beginBlock(decks[d]);
  for (Sampler& sampler : samplers_) sampler.beginBlock(leader);
  masterEffect_.beginBlock(leader);
}

// A deck behind fader, crossfader and its three effects.
void Mixer::renderStem(const Deck::Sound& in, int deck, int offset, int frames) noexcept {
  float* left = stems_[deck].left.data() + offset;
  float* right = stems_[deck].right.data() + offset;
  faders_[deck].fill(gains_.data(), frames);
  sides_[deck].fill(sideGains_.data(), frames);
  for (int i = 0; i < frames; ++i) {
    const float gain = gains_[i] * sideGains_[i];
    left[i] = in.left[offset + i] * gain;
    right[i] = in.right[offset + i] * gain;
  }
  for (EffectSlot& slot : effects_[deck]->slots) slot.process(left, right, offset, frames);
}

float Mixer::render(std::span<Deck* const> decks, int offset, int frames, float* master) noexcept {
  crossfader_.skip(frames);
  float* mixLeft = mix_.left.data() + offset;
  float* mixRight = mix_.right.data() + offset;
  std::fill_n(mixLeft, frames, 0.0F);
  std::fill_n(mixRight, frames, 0.0F);
  for (std::size_t d = 0; d < decks.size(); ++d) {
    Deck::Sound& sound = decks[d]->sound();
    effects_[d]->quick.slot().process(sound.left.data() + offset, sound.right.data() + offset,
                                      offset, frames);
    renderStem(sound, static_cast<int>(d), offset, frames);
    for (int i = 0; i < frames; ++i) {
      mixLeft[i] += stems_[d].left[offset + i];
      mixRight[i] += stems_[d].right[offset + i];
    }
  }
  for (Sampler& sampler : samplers_) sampler.render(samplerReader_, mixLeft, mixRight, frames);
  masterEffect_.process(mixLeft, mixRight, offset, frames);
  masterVolume_.fill(gains_.data(), frames);
  for (int i = 0; i < frames; ++i) {
    mixLeft[i] *= gains_[i];
    mixRight[i] *= gains_[i];
  }
  return limiter_.process(mixLeft, mixRight, frames, master);
}

void Mixer::skip(int frames) noexcept {
  crossfader_.skip(frames);
  for (std::size_t d = 0; d < effects_.size(); ++d) {
    faders_[d].skip(frames);
    sides_[d].skip(frames);
  }
  for (Sampler& sampler : samplers_) sampler.skip(frames);
  masterVolume_.skip(frames);
}

void Mixer::beginSoundAnew() noexcept {
  for (const auto& effects : effects_) effects->beginSoundAnew();
  masterEffect_.beginSoundAnew();
  limiter_ = Limiter(PeakKind::kTrue);
}

Monitor::Monitor() noexcept {
  setMix(0.5, 0);
}

void Monitor::skip(int frames) noexcept {
  for (Smoother& cue : cue_) cue.skip(frames);
  for (Smoother* gain : {&cueGain_, &masterGain_, &split_, &volume_}) gain->skip(frames);
}

void Monitor::beginSoundAnew() noexcept {
  limiter_ = Limiter(PeakKind::kSample);
}

// Constant power from cue only (0) to master only (1).
void Monitor::setMix(double position, double rampMs) noexcept {
  const SideGains gains = crossfade(2 * position - 1, 0);
  cueGain_.glide(gains.a, rampMs);
  masterGain_.glide(gains.b, rampMs);
}

void Monitor::gatherCued(std::span<const Deck* const> decks, int offset, int frames) noexcept {
  std::fill_n(sound_.left.data(), frames, 0.0F);
  std::fill_n(sound_.right.data(), frames, 0.0F);
  for (std::size_t d = 0; d < decks.size(); ++d) {
    if (!cue_[d].moving() && cue_[d].value() == 0) continue;
    const Deck::Sound& in = decks[d]->sound();
    cue_[d].fill(volumes_.data(), frames);
    for (int i = 0; i < frames; ++i) {
      sound_.left[i] += volumes_[i] * in.left[offset + i];
      sound_.right[i] += volumes_[i] * in.right[offset + i];
    }
  }
}

void Monitor::blend(const Deck::Sound& master, int offset, int frames) noexcept {
  volume_.fill(volumes_.data(), frames);
  cueGain_.fill(cueGains_.data(), frames);
  masterGain_.fill(masterGains_.data(), frames);
  split_.fill(splits_.data(), frames);
  for (int i = 0; i < frames; ++i) {
    const float cueGain = cueGains_[i] * volumes_[i];
    const float masterGain = masterGains_[i] * volumes_[i];
    const float split = splits_[i];
    const float cueLeft = cueGain * sound_.left[i], cueRight = cueGain * sound_.right[i];
    const float masterLeft = masterGain * master.left[offset + i];
    const float masterRight = masterGain * master.right[offset + i];
    const float left = cueLeft + masterLeft, right = cueRight + masterRight;
    sound_.left[i] = left + split * (0.5F * (cueLeft + cueRight) - left);
    sound_.right[i] = right + split * (0.5F * (masterLeft + masterRight) - right);
  }
}

void Monitor::render(std::span<const Deck* const> decks, const Deck::Sound& master, int offset,
                     int frames, float* interleaved) noexcept {
  gatherCued(decks, offset, frames);
  blend(master, offset, frames);
  limiter_.process(sound_.left.data(), sound_.right.data(), frames, interleaved);
}

}  // namespace dju::engine
