// The three-band isolator of a channel: Linkwitz-Riley crossovers of 8th order (48 dB an octave) at
// 250 and 2500 Hz. The low band passes through the all-pass that the upper crossover is for the
// other two, so that the three add up to a flat response (an all-pass) and a band's gain moves
// nothing but its own level. It is always in the path: engaging it would shift the phase audibly.
// Filters in the topology-preserving state-variable form (Zavalishin, "The Art of VA Filter
// Design", 2012), which keeps its precision at 250 Hz in single floats.
//
// A crossover's low-pass and high-pass add up to its all-pass (Linkwitz and Riley), so what lies
// above a crossover is the all-pass less what lies below: twelve sections for each channel instead
// of eighteen. They work two stereo pairs at a time, those that depend on each other on
// neighbouring frames, so that the sound comes out kLatency frames later.
//
// Render thread; not thread-safe. Gains are linear.
#pragma once

#include "engine/dsp/simd.h"
#include "engine/dsp/smoother.h"

namespace dju::engine {

inline constexpr double kLowCrossoverHz = 250;
inline constexpr double kHighCrossoverHz = 2500;

enum Band : int { kBandLow, kBandMid, kBandHigh, kBandCount };

class Isolator {
 public:
  Isolator() noexcept = default;

  Smoother& gain(Band band) noexcept { return gains_[band]; }
  const Smoother& gain(Band band) const noexcept { return gains_[band]; }

  static constexpr int kLatency = 3;  // frames

  // In place.
  void process(float* left, float* right, int frames) noexcept;

  // Nothing was put in: only the gains move on. Call reset() before if the filters hold something.
  void skip(int frames) noexcept;
  void reset() noexcept { state_ = {}; }

 private:
  // The two integrators of two stereo pairs' sections.
  struct Section {
    Float4 first{}, second{};
  };
  // Sections in the order of run(), and what one step leaves to the next.
  struct State {
    Section first, second, third, fourth, fifth, sixth;
    Float4 crossed{};     // the lower crossover's second section: low-pass, all-pass
    Float4 lowAndRest{};  // what is below 250 Hz, what is above
    Float4 parted{};      // the low band, and what is above 250 Hz through the upper all-pass
    Float4 middle{};      // the upper crossover's second and fourth low-pass
  };
  template <bool kMoving>
  void run(float* left, float* right, int frames) noexcept;

  State state_;
  Smoother gains_[kBandCount] = {Smoother(1), Smoother(1), Smoother(1)};
};

}  // namespace dju::engine
