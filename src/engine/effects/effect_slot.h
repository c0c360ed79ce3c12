// A place for an effect: one of the three of a deck, the master's, or the one behind a deck's quick
// knob. Holds the effect that is chosen, mixes it with the sound that goes through, and sees to it
// that no switch, no knob and no change of the effect clicks. A slot that is off, and whose tail
// has rung out, leaves the sound alone to the bit and costs nothing.
//
// Decisions (the next effect after a change, the end of a tail) fall at the beginning of a block of
// kBlockFrames, everything else frame by frame, so that the sound does not depend on the size of
// calls. Render thread; allocates only in the constructor. The gains: Blend in effect.h.
#pragma once

#include <array>
#include <cstddef>
#include <memory>

#include "core/time.h"
#include "engine/dsp/smoother.h"
#include "engine/effects/effect.h"

namespace dju::engine {

class EffectSlot {
 public:
  // 5.5 s: eight beats from 88 BPM on; longer ones are halved. Two megabytes.
  static constexpr int kMemoryFrames = 1 << 18;

  // `memoryFrames`: a power of two, at least 2^16. `seed`: of the effects that are random.
  EffectSlot(int memoryFrames, std::uint64_t seed)
      : storage_(),
        memory_(std::make_unique<float[]>(2 * static_cast<std::size_t>(memoryFrames))),
        setup_{memory_.get(), memory_.get() + memoryFrames, memoryFrames,
               static_cast<std::uint32_t>(seed | 1)} {}
  EffectSlot(const EffectSlot&) = delete;
  EffectSlot& operator=(const EffectSlot&) = delete;

  // Another effect: the present one fades out first, then the new one begins.
  void setType(EffectType type) noexcept;
  void setOn(bool on) noexcept;
  void setMix(double mix) noexcept;
  void setAmount(double amount, double rampMs) noexcept;
  void setTone(double tone, double rampMs) noexcept;
  void setBeats(double beats) noexcept { beats_ = beats; }

  // At each first frame of a block, after its commands.
  void beginBlock(const BeatClock& clock) noexcept;

  // Frames [offset, offset + frames) of a block, in place; the pointers are to the first of them.
  void process(float* left, float* right, int offset, int frames) noexcept;

  // An effect that is on begins anew; a tail is cut off.
  void beginSoundAnew() noexcept;

  bool on() const noexcept { return on_; }
  double mix() const noexcept { return mix_; }
  // Whether it is on, or its tail still sounds.
  bool active() const noexcept { return effect_ != nullptr; }

 private:
  void engage() noexcept;
  void disengage() noexcept;
  void steer() noexcept;
  void move(Smoother& value, double target, double rampMs) const noexcept;
  bool tailIsOver() const noexcept;

  alignas(std::max_align_t) std::array<std::byte, kEffectBytes> storage_;
  std::unique_ptr<float[]> memory_;
  EffectSetup setup_;
  void* effect_ = nullptr;                              // in storage_; none: the slot is idle
  const EffectInfo* info_ = &effectInfo(EffectType{});  // of the effect, or of the latest
  EffectType wanted_{};
  bool on_ = false;
  double mix_ = 0.5;
  double beats_ = 1;
  BeatClock clock_;

  Smoother feed_, dry_{1}, wet_, amount_{0.5}, tone_{0.5};
  float loudest_ = 0;    // of the effect's output in this block
  int quietFrames_ = 0;  // whole blocks of silence since it was switched off

  using Line = std::array<float, kBlockFrames>;
  alignas(16) Line inLeft_{}, inRight_{}, wetLeft_{}, wetRight_{}, amounts_{}, tones_{}, gains_{},
      wetGains_{};
};

}  // namespace dju::engine
