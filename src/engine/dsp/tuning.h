// The tuning of filters whose frequency moves from frame to frame: tan(pi f / fs), which filters in
// the topology-preserving form take (Zavalishin, "The Art of VA Filter Design", 2012, section 3),
// over ten octaves from 20 Hz, from a table. Between its points, 32 an octave, it is within 0.1 %
// up to 15 kHz and 0.3 % up to 20 (effects/sound_test.cpp). Any thread; no state.
#pragma once

#include <algorithm>
#include <array>

#include "core/time.h"
#include "engine/dsp/math.h"

namespace dju::engine {

inline constexpr float kLowestTuning = 0;    // 20 Hz
inline constexpr float kHighestTuning = 10;  // 20,480 Hz

inline constexpr int kTuningSteps = 32;  // an octave
inline constexpr auto kTuning = [] {
  std::array<float, 10 * kTuningSteps + 2> table{};
  for (std::size_t i = 0; i < table.size(); ++i) {
    const double hz = 20 * exp2(static_cast<double>(i) / kTuningSteps);
    table[i] = static_cast<float>(tangent(kPi * hz / kSampleRate));
  }
  return table;
}();

// `octaves` above 20 Hz, clamped to 0 … 10.
inline float tuned(float octaves) noexcept {
  const float at = std::clamp(octaves, kLowestTuning, kHighestTuning) * kTuningSteps;
  const int i = static_cast<int>(at);
  return kTuning[i] + (at - static_cast<float>(i)) * (kTuning[i + 1] - kTuning[i]);
}

}  // namespace dju::engine
