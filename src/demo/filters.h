// Filters of the synthesiser. Coefficients are set at control rate, samples pass one by one.
// One instance belongs to one thread; units are Hz at 48 kHz.
#pragma once

#include "demo/math.h"

namespace dju::demo {

// State-variable filter in trapezoidal form (Simper, "Linear Trapezoidal Integrated SVF", 2013):
// stays stable while its cutoff is swept, which a direct-form biquad does not.
class StateVariable {
 public:
  void set(double cutoffHz, double q) {
    const double turns = std::clamp(cutoffHz, 10.0, 21000.0) / 96000.0;
    const double g = sinTurns(turns) / cosTurns(turns);
    k_ = static_cast<float>(1 / q);
    const double a1 = 1 / (1 + g * (g + 1 / q));
    a1_ = static_cast<float>(a1);
    a2_ = static_cast<float>(g * a1);
    a3_ = static_cast<float>(g * g * a1);
  }
  float lowPass(float x) {
    step(x);
    return v2_;
  }
  float bandPass(float x) {
    step(x);
    return k_ * v1_;
  }
  float highPass(float x) {
    step(x);
    return x - k_ * v1_ - v2_;
  }

 private:
  void step(float x) {
    const float v3 = x - ic2_;
    v1_ = a1_ * ic1_ + a2_ * v3;
    v2_ = ic2_ + a2_ * ic1_ + a3_ * v3;
    ic1_ = 2 * v1_ - ic1_;
    ic2_ = 2 * v2_ - ic2_;
  }
  float k_ = 1, a1_ = 0, a2_ = 0, a3_ = 0, v1_ = 0, v2_ = 0, ic1_ = 0, ic2_ = 0;
};

// First-order low-pass; what it removes is the high-pass.
class OnePole {
 public:
  OnePole() { set(1000); }
  explicit OnePole(double cutoffHz) { set(cutoffHz); }
  void set(double cutoffHz) {
    a_ = static_cast<float>(1 - expOf(-6.283185307179586 * cutoffHz / 48000.0));
  }
  float lowPass(float x) { return z_ += a_ * (x - z_); }
  float highPass(float x) { return x - lowPass(x); }

 private:
  float a_ = 0, z_ = 0;
};

}  // namespace dju::demo
