// The one-knob filter of DJ mixers: from the middle to the left a low-pass that closes, to the
// right a high-pass that opens from below, 24 dB an octave, with resonance; exactly nothing in the
// middle. Two state-variable sections in the topology-preserving form (Zavalishin, "The Art of VA
// Filter Design", 2012, section 4), which stay stable however fast the knob is turned. Both filters
// run side by side, left and right of the low-pass in lanes 0 and 1, of the high-pass in lanes 2
// and 3, and take over from each other within 10 ms. Render thread.
#pragma once

#include "engine/dsp/simd.h"

namespace dju::engine {

struct FilteredPair {
  float left, right;
};

class SweepFilter {
 public:
  // One frame. `position` −1 (low-pass at 65 Hz) … 0 (open) … 1 (high-pass at 12 kHz); `resonance`
  // 0 (Butterworth) … 1 (+9 dB at the corner).
  FilteredPair next(float left, float right, float position, float resonance) noexcept;

 private:
  // A section of both filters: the integrators, the damping 1 / Q and 1 / (1 + g (g + damping)).
  struct Section {
    Float4 step(Float4 input, Float4 g) noexcept;
    Float4 first{}, second{};
    Float4 damping{}, scale{};
  };
  void tune(float position, float resonance) noexcept;

  Section sections_[2];
  float position_ = 0, resonance_ = -1;
  Float4 g_{};
  // How far each filter is in the path: where that goes, and two one-pole filters on the way.
  Float4 wanted_{}, nearly_{}, engaged_{};
};

}  // namespace dju::engine
