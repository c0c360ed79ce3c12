// Bit-crusher: fewer steps (amount: 16 down to 2 bits) and fewer samples (tone: 48 kHz down to
// 1.5 kHz, each held until the next). What folds down is the point of it.
#include "engine/dsp/math.h"
#include "engine/effects/effect_table.h"
#include "engine/effects/make_effect.h"

namespace dju::engine {
namespace {

constexpr double kMostBits = 15, kFewestBits = 1;  // beside the sign
constexpr double kOctavesDown = 5;

class Crusher {
 public:
  explicit Crusher(const EffectSetup&) noexcept {}

  void process(const EffectInput& input, float* left, float* right) noexcept {
    for (int i = 0; i < input.frames; ++i) {
      if (input.amount[i] != amount_ || input.tone[i] != tone_)
        tune(input.amount[i], input.tone[i]);
      phase_ += rate_;
      if (phase_ >= 1) {
        phase_ -= 1;
        heldLeft_ = rounded(input.left[i]);
        heldRight_ = rounded(input.right[i]);
      }
      left[i] = heldLeft_;
      right[i] = heldRight_;
    }
  }

 private:
  void tune(float amount, float tone) noexcept {
    amount_ = amount;
    tone_ = tone;
    const auto a = static_cast<double>(amount), t = static_cast<double>(tone);
    steps_ = static_cast<float>(exp2(kMostBits - (kMostBits - kFewestBits) * a));
    step_ = 1 / steps_;
    rate_ = exp2(-kOctavesDown * (1 - t));
  }
  float rounded(float x) const noexcept {
    const auto nearest = floorToInt(static_cast<double>(x * steps_) + 0.5);
    return static_cast<float>(nearest) * step_;
  }

  float amount_ = -1, tone_ = -1;
  float steps_ = 1, step_ = 1;
  double rate_ = 1, phase_ = 0;  // of the sampling, in samples a frame
  float heldLeft_ = 0, heldRight_ = 0;
};

}  // namespace

constinit const EffectInfo kCrusher = makeEffect<Crusher>(EffectType::kCrusher, Blend::kInsert);

}  // namespace dju::engine
