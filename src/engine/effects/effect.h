// What an effect is. A new one is one file: a class that processes, and a row that describes it
// (make_effect.h), named in effect_table.cpp; its texts and its number are in data/controls.json
// ("effects").
//
// An EffectSlot makes the effect anew in its own storage whenever it is engaged from silence, so an
// effect has no reset and no destructor, and finds its memory full of an earlier one's sound. It
// sees its input frame by frame and may keep no state that depends on how many frames a call has.
// Render thread: no allocation, no lock, no libm.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/time.h"
#include "engine/controls.h"
#include "engine/effects/beat_clock.h"

namespace dju::engine {

// A stretch of sound for an effect, with where its controls stand at each frame.
struct EffectInput {
  const float* left;
  const float* right;
  const float* amount;  // 0 … 1
  const float* tone;    // 0 … 1
  int frames;
  double beats;     // the slot's choice, 1/16 … 8
  BeatClock clock;  // of the block
  int offset;       // of the first frame within the block
};

// What a slot lends to its effect: two stretches of `frames` floats, a power of two.
struct EffectSetup {
  float* left;
  float* right;
  int frames;
  std::uint32_t seed;  // not 0
};

// How a slot's mix control blends the effect with the sound that it is made from.
enum class Blend : std::uint8_t {
  kInsert,  // dry 1 − mix, wet mix; switched off: back to dry at once
  kSend,    // both full in the middle; switched off: nothing more goes in and the tail rings out
  kSource,  // dry stays full, wet mix; switched off: fades out
};

// How what goes in begins when the effect is engaged.
enum class Onset : std::uint8_t {
  kSoft,   // fades in, so that nothing that comes out later begins abruptly
  kWhole,  // from the first frame, for effects that hold on to what they catch there
};

inline constexpr std::size_t kEffectBytes = 4096;  // the largest effect without its memory

struct EffectInfo {
  EffectType type;
  Blend blend;
  Onset onset;
  // Makes one in `storage` (kEffectBytes, aligned for anything); the others take what it gives.
  void* (*create)(void* storage, const EffectSetup& setup) noexcept;
  // Gives the effect alone ("wet"), input.frames of it; the slot mixes.
  void (*process)(void* effect, const EffectInput& input, float* left, float* right) noexcept;
  // For how many frames its output has to be silent, with silence going in, until nothing more can
  // come (an echo is silent between its repeats).
  int (*quietFrames)(const void* effect) noexcept;
};

const EffectInfo& effectInfo(EffectType type) noexcept;

}  // namespace dju::engine
