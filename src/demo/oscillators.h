// Oscillators without audible aliasing: steps are rounded by a polynomial residual (polyBLEP;
// Välimäki, Pekonen, Nam 2012). Phases are in turns. One instance, one thread.
#pragma once

#include "core/random.h"
#include "demo/math.h"

namespace dju::demo {

// What to add around a unit step so that it is band-limited; `t` is the phase, `dt` its increment.
inline float stepResidual(float t, float dt) {
  if (t < dt) {
    const float x = t / dt;
    return x + x - x * x - 1;
  }
  if (t > 1 - dt) {
    const float x = (t - 1) / dt;
    return x * x + x + x + 1;
  }
  return 0;
}

class Oscillator {
 public:
  Oscillator() = default;
  explicit Oscillator(double phase) : phase_(static_cast<float>(phase)) {}

  float saw(float dt) {
    advance(dt);
    return 2 * phase_ - 1 - stepResidual(phase_, dt);
  }
  float pulse(float dt, float width) {
    advance(dt);
    float other = phase_ + 1 - width;
    if (other >= 1) other -= 1;
    return (phase_ < width ? 1.0F : -1.0F) + stepResidual(phase_, dt) - stepResidual(other, dt);
  }
  float sine(float dt, float shiftTurns = 0) {
    advance(dt);
    return static_cast<float>(sinTurns(phase_ + shiftTurns));
  }
  // A sine with a little third harmonic: rounder than a triangle, and needs no band limit.
  float soft(float dt) {
    const float s = sine(dt);
    return s * (1.18F - 0.25F * s * s);
  }

 private:
  void advance(float dt) {
    phase_ += dt;
    if (phase_ >= 1) phase_ -= 1;
  }
  float phase_ = 0;
};

class Noise {
 public:
  explicit Noise(std::uint64_t seed) : random_(seed) {}
  float white() { return static_cast<float>(random_.uniform() * 2 - 1); }

 private:
  Random random_;
};

}  // namespace dju::demo
