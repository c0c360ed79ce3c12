#include "engine/dsp/isolator.h"

#include "core/time.h"
#include "engine/dsp/math.h"

namespace dju::engine {
namespace {

constexpr float kDamping = 1.41421356F;  // of a Butterworth section

// Zavalishin's section with its two steps written out from state to state, which halves the length
// of the chain that each frame waits for: with v = x - second,
//   first'  = keep * first + push * v
//   second' = second + (push * first + pull * v)
// and the outputs are the means of old and new state.
struct Coefficients {
  float keep, push, pull;
};

constexpr Coefficients coefficients(double hz) {
  const double g = tangent(kPi * hz / kSampleRate);
  const double a1 = 1 / (1 + g * (g + 1.4142135623730951));
  return {static_cast<float>(2 * a1 - 1), static_cast<float>(2 * g * a1),
          static_cast<float>(2 * g * g * a1)};
}

constexpr Coefficients kLow = coefficients(kLowCrossoverHz);
constexpr Coefficients kHigh = coefficients(kHighCrossoverHz);

struct Responses {
  Float4 low, band, high;
};

inline Responses step(const Coefficients& c, Float4& first, Float4& second, Float4 x) noexcept {
  const Float4 v = x - second;
  const Float4 nextFirst = c.keep * first + c.push * v;
  const Float4 nextSecond = second + (c.push * first + c.pull * v);
  const Float4 band = 0.5F * (first + nextFirst);
  const Float4 low = 0.5F * (second + nextSecond);
  first = nextFirst;
  second = nextSecond;
  return {low, band, (x - kDamping * band) - low};
}

}  // namespace

// Each of the four sections works on four lanes: a stereo pair of one path beside that of another.
template <bool kMoving>
void Isolator::run(float* left, float* right, int frames) noexcept {
  Section split = split_, low = low_, middle = middle_, high = high_;
  auto gainLow = static_cast<float>(gains_[kBandLow].value());
  auto gainMid = static_cast<float>(gains_[kBandMid].value());
  auto gainHigh = static_cast<float>(gains_[kBandHigh].value());
  for (int i = 0; i < frames; ++i) {
    if constexpr (kMoving) {
      gainLow = static_cast<float>(gains_[kBandLow].next());
      gainMid = static_cast<float>(gains_[kBandMid].next());
      gainHigh = static_cast<float>(gains_[kBandHigh].next());
    }
    const Float4 x{left[i], right[i], left[i], right[i]};
    const Responses a = step(kLow, split.first, split.second, x);
    const Responses b =
        step(kLow, low.first, low.second, __builtin_shufflevector(a.low, a.high, 0, 1, 6, 7));
    const Float4 lowAndRest = __builtin_shufflevector(b.low, b.high, 0, 1, 6, 7);
    const Responses c = step(kHigh, middle.first, middle.second, lowAndRest);
    const Float4 lowBand = lowAndRest - (2 * kDamping) * c.band;  // lanes 0, 1: the all-pass
    const Responses d =
        step(kHigh, high.first, high.second, __builtin_shufflevector(c.low, c.high, 2, 3, 6, 7));
    const Float4 others = __builtin_shufflevector(d.low, d.high, 0, 1, 6, 7) *
                          Float4{gainMid, gainMid, gainHigh, gainHigh};
    left[i] = gainLow * lowBand[0] + (others[0] + others[2]);
    right[i] = gainLow * lowBand[1] + (others[1] + others[3]);
  }
  split_ = split;
  low_ = low;
  middle_ = middle;
  high_ = high;
}

void Isolator::process(float* left, float* right, int frames) noexcept {
  bool moving = false;
  for (const Smoother& gain : gains_) moving = moving || gain.moving();
  if (moving) {
    run<true>(left, right, frames);
  } else {
    run<false>(left, right, frames);
  }
}

void Isolator::skip(int frames) noexcept {
  for (Smoother& gain : gains_) gain.skip(frames);
}

}  // namespace dju::engine
