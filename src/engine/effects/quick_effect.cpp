#include "engine/effects/quick_effect.h"

namespace dju::engine {
namespace {

constexpr double kTypeMs = 15;  // what still sounds of the type before moves no faster

struct Setting {
  EffectType effect;
  double mix, amount, tone, beats;
};

// `way`: how far the knob is from the middle, 0 … 1.
Setting settingOf(QuickEffectType type, double knob, double way, double resonance) noexcept {
  const double bright = knob < 0 ? 0.2 : 0.9;
  switch (type) {
    case QuickEffectType::kFilter:
      break;
    case QuickEffectType::kEcho:
      return {EffectType::kEcho, 0.45 * way, 0.45 + 0.45 * way, bright, 0.5};
    case QuickEffectType::kSpace:
      return {EffectType::kReverb, 0.6 * way, 0.3 + 0.5 * way, bright, 1};
    case QuickEffectType::kCrush:  // left: fewer bits; right: fewer samples
      return {EffectType::kCrusher, 1, knob < 0 ? way : 0.2 * way, knob < 0 ? 1 : 1 - way, 1};
    case QuickEffectType::kSweep:
      return {EffectType::kPhaser, way, way, bright, 0.5};
  }
  return {EffectType::kFilter, 1, 0.5 + 0.5 * knob, resonance, 1};
}

}  // namespace

void QuickEffect::apply(double rampMs) noexcept {
  const Setting setting = settingOf(type_, knob_, knob_ < 0 ? -knob_ : knob_, resonance_);
  slot_.setType(setting.effect);
  slot_.setMix(setting.mix);
  slot_.setBeats(setting.beats);
  slot_.setAmount(setting.amount, rampMs);
  slot_.setTone(setting.tone, rampMs);
  slot_.setOn(knob_ != 0);
}

void QuickEffect::setType(QuickEffectType type) noexcept {
  type_ = type;
  apply(kTypeMs);
}
void QuickEffect::setKnob(double position, double rampMs) noexcept {
  knob_ = position;
  apply(rampMs);
}
void QuickEffect::setResonance(double resonance, double rampMs) noexcept {
  resonance_ = resonance;
  apply(rampMs);
}

}  // namespace dju::engine
