// The knob that every channel has beside its EQ: turned out of the middle it engages one effect,
// more the farther it goes, to the left dark and to the right bright. In the middle it does
// nothing, to the bit. At first it is the filter. It works before the fader, so the headphones hear
// it. Render thread; allocates only in the constructor.
#pragma once

#include "engine/effects/effect_slot.h"

namespace dju::engine {

class QuickEffect {
 public:
  explicit QuickEffect(std::uint64_t seed) : slot_(kMemoryFrames, seed) {}

  void setType(QuickEffectType type) noexcept;
  void setKnob(double position, double rampMs) noexcept;        // −1 … 1
  void setResonance(double resonance, double rampMs) noexcept;  // of the filter, 0 … 1

  double knob() const noexcept { return knob_; }
  EffectSlot& slot() noexcept { return slot_; }

 private:
  static constexpr int kMemoryFrames = 1 << 16;  // 1.4 s

  void apply(double rampMs) noexcept;

  EffectSlot slot_;
  QuickEffectType type_{};
  double knob_ = 0;
  double resonance_ = 0.3;
};

}  // namespace dju::engine
