#include "engine/dsp/sweep_filter.h"

#include <algorithm>

#include "engine/dsp/tuning.h"

namespace dju::engine {
namespace {

// Octaves above 20 Hz: low-pass from 19 kHz to 65 Hz, high-pass from 25 Hz to 12 kHz.
constexpr float kLowPassOpen = 9.9F, kLowPassWay = 8.2F;
constexpr float kHighPassOpen = 0.3F, kHighPassWay = 8.9F;
constexpr float kEngagedAt = 0.04F;  // of the knob's way from the middle: wholly in the path
// The dampings of a Butterworth filter of 4th order; resonance takes from the second.
constexpr float kFlat = 1.8477591F, kPeaking = 0.7653669F, kMostPeaking = 0.19F;
// Two equal poles, 99 % after 10 ms (Smoother has the same law).
constexpr auto kPace = static_cast<float>(1 - exp2(-6.638 / (0.010 * kSampleRate) / kLn2));
constexpr float kOut = 1e-6F;  // −120 dB: out of the path

Float4 flushed(Float4 v) noexcept {
  return v > splat4(kOut) ? v : Float4{};
}

}  // namespace

Float4 SweepFilter::Section::step(Float4 input, Float4 g) noexcept {
  const Float4 v = input - second;
  const Float4 band = scale * (first + g * v);
  const Float4 low = second + g * band;
  first = 2 * band - first;
  second = 2 * low - second;
  const Float4 high = (input - damping * band) - low;
  return __builtin_shufflevector(low, high, 0, 1, 6, 7);
}

void SweepFilter::tune(float position, float resonance) noexcept {
  position_ = position;
  resonance_ = resonance;
  const float left = std::max(0.0F, -position), right = std::max(0.0F, position);
  const float low = tuned(kLowPassOpen - kLowPassWay * left);
  const float high = tuned(kHighPassOpen + kHighPassWay * right);
  g_ = Float4{low, low, high, high};
  sections_[0].damping = splat4(kFlat);
  sections_[1].damping = splat4(kPeaking + resonance * (kMostPeaking - kPeaking));
  for (Section& section : sections_) {
    section.scale = splat4(1) / (splat4(1) + g_ * (g_ + section.damping));
  }
  const float inLow = std::min(1.0F, left / kEngagedAt);
  const float inHigh = std::min(1.0F, right / kEngagedAt);
  wanted_ = Float4{inLow, inLow, inHigh, inHigh};
}

FilteredPair SweepFilter::next(float left, float right, float position, float resonance) noexcept {
  if (position != position_ || resonance != resonance_) tune(position, resonance);
  const Float4 input{left, right, left, right};
  const Float4 output = sections_[1].step(sections_[0].step(input, g_), g_);
  nearly_ = flushed(nearly_ + splat4(kPace) * (wanted_ - nearly_));
  engaged_ = flushed(engaged_ + splat4(kPace) * (nearly_ - engaged_));
  const Float4 change = engaged_ * (output - input);
  return {left + (change[0] + change[2]), right + (change[1] + change[3])};
}

}  // namespace dju::engine
