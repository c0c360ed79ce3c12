#include "engine/effects/effect_slot.h"

#include <algorithm>

#include "engine/dsp/simd.h"

namespace dju::engine {
namespace {

constexpr double kSwitchMs = 10;   // on, off, another effect
constexpr double kFadeOutMs = 80;  // of a source that is switched off
constexpr float kSilence = 1e-5F;  // −100 dB of full scale

}  // namespace

void EffectSlot::move(Smoother& value, double target, double rampMs) const noexcept {
  value.glide(target, active() ? rampMs : 0);
}

// Makes the wanted effect anew, inaudible as yet.
void EffectSlot::engage() noexcept {
  info_ = &effectInfo(wanted_);
  effect_ = info_->create(storage_.data(), setup_);
  feed_.jump(info_->onset == Onset::kWhole ? 1 : 0);
  dry_.jump(1);
  wet_.jump(0);
  quietFrames_ = 0;
}

// The knobs stand where they were put: nothing that moves them slowly is heard.
void EffectSlot::disengage() noexcept {
  effect_ = nullptr;
  amount_.jump(amount_.target());
  tone_.jump(tone_.target());
}

void EffectSlot::beginSoundAnew() noexcept {
  disengage();
  loudest_ = 0;
  quietFrames_ = 0;
  if (on_) engage();
  steer();
}

// Sends the three gains to where switch, mix and blend say.
void EffectSlot::steer() noexcept {
  if (!active()) return;
  const bool stays = wanted_ == info_->type;
  const bool heard = on_ && stays;
  double dry = 1, wet = heard ? mix_ : 0, fadeMs = kSwitchMs;
  switch (info_->blend) {
    case Blend::kInsert:
      if (heard) dry = 1 - mix_;
      break;
    case Blend::kSend:
      if (heard) dry = std::min(1.0, 2 - 2 * mix_);
      wet = stays ? std::min(1.0, 2 * mix_) : 0;
      break;
    case Blend::kSource:
      if (!heard && stays) fadeMs = kFadeOutMs;
      break;
  }
  feed_.glide(info_->blend == Blend::kSend && !heard ? 0 : 1, kSwitchMs);
  dry_.glide(dry, kSwitchMs);
  wet_.glide(wet, fadeMs);
}

void EffectSlot::setType(EffectType type) noexcept {
  wanted_ = type;
  steer();
}

void EffectSlot::setOn(bool on) noexcept {
  if (on == on_) return;
  on_ = on;
  quietFrames_ = 0;
  if (on && !active()) engage();
  steer();
}

void EffectSlot::setMix(double mix) noexcept {
  mix_ = mix;
  steer();
}
void EffectSlot::setAmount(double amount, double rampMs) noexcept {
  move(amount_, amount, rampMs);
}
void EffectSlot::setTone(double tone, double rampMs) noexcept {
  move(tone_, tone, rampMs);
}

bool EffectSlot::tailIsOver() const noexcept {
  if (wet_.moving() || dry_.moving() || feed_.moving()) return false;
  return wet_.value() == 0 || quietFrames_ >= info_->quietFrames(effect_);
}

void EffectSlot::beginBlock(const BeatClock& clock) noexcept {
  clock_ = clock;
  if (!active()) return;
  quietFrames_ = loudest_ < kSilence && !on_ ? quietFrames_ + kBlockFrames : 0;
  loudest_ = 0;
  const bool changing = wanted_ != info_->type && !wet_.moving();
  if (on_ && changing) {
    engage();
    steer();
  } else if (!on_ && (changing || tailIsOver())) {
    disengage();
  }
}

void EffectSlot::process(float* left, float* right, int offset, int frames) noexcept {
  if (!active()) return;
  amount_.fill(amounts_.data(), frames);
  tone_.fill(tones_.data(), frames);
  feed_.fill(gains_.data(), frames);
  for (int i = 0; i < frames; ++i) {
    inLeft_[i] = gains_[i] * left[i];
    inRight_[i] = gains_[i] * right[i];
  }
  const EffectInput input{inLeft_.data(), inRight_.data(), amounts_.data(), tones_.data(),
                          frames,         beats_,          clock_,          offset};
  info_->process(effect_, input, wetLeft_.data(), wetRight_.data());
  dry_.fill(gains_.data(), frames);
  wet_.fill(wetGains_.data(), frames);
  for (int i = 0; i < frames; ++i) {
    left[i] = gains_[i] * left[i] + wetGains_[i] * wetLeft_[i];
    right[i] = gains_[i] * right[i] + wetGains_[i] * wetRight_[i];
  }
  loudest_ =
      std::max({loudest_, largest(wetLeft_.data(), frames), largest(wetRight_.data(), frames)});
}

}  // namespace dju::engine
