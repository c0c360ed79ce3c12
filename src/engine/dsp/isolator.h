// The three-band isolator of a channel: Linkwitz-Riley crossovers of 8th order (48 dB an octave) at
// 250 and 2500 Hz. The low band passes through the all-pass that the upper crossover is for the
// other two, so that the three add up to a flat response (an all-pass) and a band's gain moves
// nothing but its own level. It is always in the path: engaging it would shift the phase audibly.
// Filters in the topology-preserving state-variable form (Zavalishin, "The Art of VA Filter
// Design", 2012), which keeps its precision at 250 Hz in single floats.
//
// Render thread; not thread-safe. Gains are linear.
#pragma once

#include <array>

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

  // In place.
  void process(float* left, float* right, int frames) noexcept;

  // Nothing was put in: only the gains move on. Call reset() before if the filters hold something.
  void skip(int frames) noexcept;
  void reset() noexcept { sections_ = {}; }

 private:
  struct Section {
    Float4 first{}, second{};  // the two integrators' states
  };
  template <bool kMoving>
  void run(float* left, float* right, int frames) noexcept;

  // The lower crossover's four sections, of which the first still has one input for both sides; the
  // upper's first, shared with the low band's all-pass; that all-pass's second; and the upper's
  // rest.
  static constexpr int kSections = 9;
  std::array<Section, kSections> sections_{};
  Smoother gains_[kBandCount] = {Smoother(1), Smoother(1), Smoother(1)};
};

}  // namespace dju::engine
