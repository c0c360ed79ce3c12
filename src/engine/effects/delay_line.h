// A stereo delay over a slot's memory, for the effects that repeat, flutter or hold what they
// heard. The memory need not be cleared: what was not written since the line was made reads as
// silence. Render thread.
#pragma once

#include <algorithm>
#include <cstdint>

#include "engine/dsp/math.h"
#include "engine/effects/effect.h"

namespace dju::engine {

struct StereoSample {
  float left = 0, right = 0;
};

inline StereoSample operator*(float gain, StereoSample x) noexcept {
  return {gain * x.left, gain * x.right};
}
inline StereoSample operator+(StereoSample a, StereoSample b) noexcept {
  return {a.left + b.left, a.right + b.right};
}
inline StereoSample operator-(StereoSample a, StereoSample b) noexcept {
  return {a.left - b.left, a.right - b.right};
}

class DelayLine {
 public:
  explicit DelayLine(const EffectSetup& setup) noexcept
      : left_(setup.left), right_(setup.right), mask_(setup.frames - 1) {}

  int length() const noexcept { return static_cast<int>(mask_) + 1; }

  void write(StereoSample x) noexcept {
    left_[written_ & mask_] = x.left;
    right_[written_ & mask_] = x.right;
    ++written_;
  }
  // What was written `delay` frames before the frame that is written next; 1 … length().
  StereoSample read(std::int64_t delay) const noexcept {
    return {at(left_, delay), at(right_, delay)};
  }
  // Between frames, by a cubic through four of them (Lagrange); delays 2 … length() − 2.
  StereoSample readBetween(double leftDelay, double rightDelay) const noexcept {
    return {between(left_, leftDelay), between(right_, rightDelay)};
  }

 private:
  float between(const float* side, double delay) const noexcept {
    const auto whole = static_cast<std::int64_t>(delay);
    const auto t = static_cast<float>(delay - static_cast<double>(whole));
    const float before = t * (t - 1) * (t - 2) * (-1.0F / 6), here = (t * t - 1) * (t - 2) * 0.5F;
    const float next = t * (t + 1) * (t - 2) * -0.5F, after = t * (t * t - 1) * (1.0F / 6);
    return (before * at(side, whole - 1) + here * at(side, whole)) +
           (next * at(side, whole + 1) + after * at(side, whole + 2));
  }
  float at(const float* side, std::int64_t delay) const noexcept {
    const std::int64_t frame = written_ - delay;
    return frame < 0 ? 0 : side[frame & mask_];
  }

  float* left_;
  float* right_;
  std::int64_t mask_;
  std::int64_t written_ = 0;
};

// The longest halving of `beats` that a line of `most` frames holds, in frames, at least `least`.
inline int beatFrames(double beats, double framesPerBeat, int least, int most) noexcept {
  double frames = beats * framesPerBeat;
  while (frames > most) frames *= 0.5;
  return std::max(least, static_cast<int>(floorToInt(frames + 0.5)));
}

// Leaves everything up to full scale alone and bends what is above towards 4, so that feedback
// stays bounded whatever is fed into it.
inline float bounded(float x) noexcept {
  const float size = x < 0 ? -x : x;
  if (size <= 1) return x;
  const float over = size - 1;
  const float bent = 1 + over / (1 + over * (1.0F / 3));
  return x < 0 ? -bent : bent;
}
inline StereoSample bounded(StereoSample x) noexcept {
  return {bounded(x.left), bounded(x.right)};
}

// A one-pole filter, topology-preserving. Its coefficient, from tuned()'s g, costs a division,
// which callers spare themselves while nothing moves.
class OnePole {
 public:
  static float coefficient(float g) noexcept { return g / (1 + g); }

  StereoSample lowPass(StereoSample x, float coefficient) noexcept {
    const StereoSample v = coefficient * (x - state_);
    const StereoSample y = v + state_;
    state_ = y + v;
    return y;
  }
  StereoSample highPass(StereoSample x, float coefficient) noexcept {
    return x - lowPass(x, coefficient);
  }

 private:
  StereoSample state_;
};

}  // namespace dju::engine
