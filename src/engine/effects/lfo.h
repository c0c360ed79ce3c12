// A slow wave for effects that move by themselves. Render thread.
#pragma once

namespace dju::engine {

// Starts in the middle, goes up first. Two parabolas instead of a sine: within 6 % of it, without a
// corner, and the same bits everywhere.
class Lfo {
 public:
  // This frame's value, −1 … 1; then moves on. `period` in frames.
  float next(double period) noexcept {
    const float value = at(phase_);
    phase_ += 1 / period;
    if (phase_ >= 1) phase_ -= 1;
    return value;
  }
  // The value a part of a period (0 … 1) ahead of the next.
  float ahead(double part) const noexcept {
    const double phase = phase_ + part;
    return at(phase >= 1 ? phase - 1 : phase);
  }

 private:
  static float at(double phase) noexcept {
    const auto x = static_cast<float>(phase);
    return x < 0.5F ? 16 * x * (0.5F - x) : -16 * (x - 0.5F) * (1 - x);
  }
  double phase_ = 0;
};

// One sweep of flanger and phaser lasts four times the slot's beats: at 1, a bar.
inline constexpr double kBeatsPerSweep = 4;

}  // namespace dju::engine
