// The inertia of a VU meter (IEC 60268-17): from the mean magnitude of each block to what its
// needle shows, the RMS of a steady sine, 99 % of a step after 300 ms. Two equal poles, as in
// Smoother, so that it does not overshoot. Render thread.
#pragma once

#include "core/time.h"
#include "engine/dsp/math.h"

namespace dju::engine {

class VuMeter {
 public:
  static constexpr double kSeconds = 0.3;

  // `magnitudes`: the sum of the block's magnitudes, over all its channels.
  float next(double magnitudes, int channels) noexcept {
    const double sine = kSineFactor * magnitudes / (channels * kBlockFrames);
    near_ += kPace * (sine - near_);
    shown_ += kPace * (near_ - shown_);
    return static_cast<float>(shown_);
  }

 private:
  static constexpr double kSineFactor = 1.1107207345395915;  // RMS over mean magnitude, of a sine
  static constexpr double kPace = 1 - exp2(-6.638 * kBlockFrames / (kSeconds * kSampleRate) / kLn2);
  double near_ = 0, shown_ = 0;
};

}  // namespace dju::engine
