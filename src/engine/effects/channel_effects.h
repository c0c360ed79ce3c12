// The effects of one deck: the quick knob before its fader, three slots behind fader and
// crossfader, in a row, so that their tails survive a cut, a pause and an eject. Render thread;
// allocates only in the constructor.
#pragma once

#include <array>

#include "core/random.h"
#include "engine/effects/effect_slot.h"
#include "engine/effects/quick_effect.h"
#include "engine/telemetry.h"

namespace dju::engine {

class ChannelEffects {
 public:
  explicit ChannelEffects(std::uint64_t seed)
      : quick(Random(seed).fork(0).next()),
        slots{{{EffectSlot::kMemoryFrames, Random(seed).fork(1).next()},
               {EffectSlot::kMemoryFrames, Random(seed).fork(2).next()},
               {EffectSlot::kMemoryFrames, Random(seed).fork(3).next()}}} {}

  void beginBlock(const BeatClock& clock) noexcept {
    quick.slot().beginBlock(clock);
    for (EffectSlot& slot : slots) slot.beginBlock(clock);
  }

  void beginSoundAnew() noexcept {
    quick.slot().beginSoundAnew();
    for (EffectSlot& slot : slots) slot.beginSoundAnew();
  }

  QuickEffect quick;
  std::array<EffectSlot, kEffectSlots> slots;
};

}  // namespace dju::engine
