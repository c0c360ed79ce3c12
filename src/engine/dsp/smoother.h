// A value that glides to where a control has been put: two one-pole filters in a row, so that it
// starts and arrives without a corner, and a stream of small moves (a hand on a knob) comes out as
// one smooth curve. Doubles, because floats
// would stall short of the target. 99 % of a step is done after the registry's rampMs; it ends
// exactly on the target. Advances sample by sample, so that it does not depend on block sizes.
// Render thread.
#pragma once

#include <algorithm>

#include "core/time.h"
#include "engine/dsp/math.h"

namespace dju::engine {

class Smoother {
 public:
  explicit Smoother(double value = 0) noexcept : first_(value), value_(value), target_(value) {}

  // Glides to `target`; rampMs <= 0 jumps.
  void glide(double target, double rampMs) noexcept {
    if (rampMs <= 0) return jump(target);
    target_ = target;
    // (1 + x) exp(-x) = 0.01 at x = 6.638: the step response of two equal poles.
    const double perFrame = 6.638 / (rampMs * (kSampleRate / 1000.0));
    coefficient_ = 1.0 - exp2(-perFrame / kLn2);
    moving_ = moving_ || value_ != target_;
  }
  void jump(double target) noexcept {
    first_ = value_ = target_ = target;
    moving_ = false;
  }

  bool moving() const noexcept { return moving_; }
  double value() const noexcept { return value_; }
  double target() const noexcept { return target_; }

  // The value of this frame; then moves on by one frame.
  double next() noexcept {
    const double now = value_;
    if (moving_) step();
    return now;
  }
  // The next frames' values; where it rests, without its arithmetic.
  void fill(float* to, int frames) noexcept {
    if (!moving_) {
      std::fill_n(to, frames, static_cast<float>(value_));
      return;
    }
    for (int i = 0; i < frames; ++i) to[i] = static_cast<float>(next());
  }
  void skip(int frames) noexcept {
    for (int i = 0; i < frames && moving_; ++i) step();
  }

 private:
  void step() noexcept {
    first_ += coefficient_ * (target_ - first_);
    value_ += coefficient_ * (first_ - value_);
    if (near(first_) && near(value_)) jump(target_);
  }
  bool near(double x) const noexcept {
    const double distance = x - target_;
    return distance < 1e-6 && distance > -1e-6;
  }

  double first_, value_, target_;
  double coefficient_ = 1;
  bool moving_ = false;
};

}  // namespace dju::engine
