// Makes up for a distance gently: the record runs a little faster or slower until it is where it
// should be. For corrections that must not be heard as a jump, such as the way that a move of the
// tempo missed while it travelled. Render thread. Distances in track frames, speeds in track frames
// a frame.
#pragma once

#include <algorithm>

#include "core/time.h"

namespace dju::engine {

class Slew {
 public:
  // The most by which the speed departs from the motor's; a firm nudge does as much. Faster is
  // heard as a slide, slower is still under way when a DJ far off believes to have heard the
  // result.
  static constexpr double kMaxSpeed = 0.08;

  // What is still to be made up for, from now on.
  void owe(double frames) noexcept { owed_ = frames; }
  void cancel() noexcept { owed_ = speed_ = 0; }

  double owed() const noexcept { return owed_; }
  double speed() const noexcept { return speed_; }
  bool active() const noexcept { return owed_ != 0 || speed_ != 0; }

  // The departure of this frame; then moves on by one frame. The speed follows the distance through
  // a one-pole filter. kFollow is more than four times kApproach, so that it never swings over.
  double next() noexcept {
    const double wanted = std::clamp(owed_ * kApproach, -kMaxSpeed, kMaxSpeed);
    speed_ += kFollow * (wanted - speed_);
    owed_ -= speed_;
    const bool done = owed_ < kNothing && owed_ > -kNothing && speed_ < kNothing * kApproach &&
                      speed_ > -kNothing * kApproach;
    if (done) cancel();
    return speed_;
  }

 private:
  static constexpr double kApproach = 1 / (0.040 * kSampleRate);
  static constexpr double kFollow = 1 / (0.008 * kSampleRate);
  static constexpr double kNothing = 0.01;

  double owed_ = 0;
  double speed_ = 0;
};

}  // namespace dju::engine
