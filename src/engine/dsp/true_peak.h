// The points between samples, four times oversampled, after the idea of ITU-R BS.1770 annex 2: what
// the limiter listens to, and the master's true-peak meter. Sines up to 16 kHz are found within
// 0.3 dB. Render thread.
#pragma once

#include <array>

#include "core/time.h"
#include "engine/dsp/simd.h"

namespace dju::engine {

inline constexpr int kBetweenTaps = 12;

// Four results from x[i] on: the largest magnitude of the three points between x[i - 6] and
// x[i - 5]. Reads x[i - 11] … x[i + 3].
Float4 largestBetween(const float* x) noexcept;

// No point between samples exceeds the largest of their neighbours by more than this factor.
float mostGrowthBetween() noexcept;

// The largest magnitude of one sound, at its samples and between them, block by block.
class TruePeakMeter {
 public:
  // A whole block, interleaved; 5 frames late between the samples.
  float measure(const float* interleaved) noexcept;

 private:
  static constexpr int kHistory = kBetweenTaps;
  std::array<std::array<float, kHistory + kBlockFrames + 8>, kChannels> sound_{};
};

}  // namespace dju::engine
