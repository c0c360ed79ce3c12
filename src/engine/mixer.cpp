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
  for (int i = 0; i < frames; ++i) {
    const float gain =
        static_cast<float>(faders_[deck].next()) * static_cast<float>(sides_[deck].next());
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
  for (int i = 0; i < frames; ++i) {
    const auto gain = static_cast<float>(masterVolume_.next());
    mixLeft[i] *= gain;
    mixRight[i] *= gain;
  }
  return limiter_.process(mixLeft, mixRight, frames, master);
}

Monitor::Monitor() noexcept {
  setMix(0.5, 0);
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
    for (int i = 0; i < frames; ++i) {
      const auto gain = static_cast<float>(cue_[d].next());
      sound_.left[i] += gain * in.left[offset + i];
      sound_.right[i] += gain * in.right[offset + i];
    }
  }
}

void Monitor::blend(const Deck::Sound& master, int offset, int frames) noexcept {
  for (int i = 0; i < frames; ++i) {
    const auto volume = static_cast<float>(volume_.next());
    const auto cueGain = static_cast<float>(cueGain_.next()) * volume;
    const auto masterGain = static_cast<float>(masterGain_.next()) * volume;
    const auto split = static_cast<float>(split_.next());
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
