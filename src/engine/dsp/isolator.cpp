#include "engine/dsp/isolator.h"

#include "core/time.h"
#include "engine/dsp/math.h"

namespace dju::engine {
namespace {

// The two dampings of a Butterworth filter of 4th order; such a filter twice is Linkwitz and
// Riley's.
constexpr double kPeaking = 0.76536686473017954, kFlat = 1.8477590650225735;

// Zavalishin's section with its two steps written out from state to state, which halves the length
// of the chain that each frame waits for: with v = x - second,
//   first'  = keep * first + push * v
//   second' = second + (push * first + pull * v)
// The outputs come from the means of old and new state: the low-pass is that of `second`, the
// all-pass is x less 2 * damping times that of `first`, or x - (holdBack * first + turn * v).
struct Coefficients {
  float keep, push, pull, holdBack, turn;
};

constexpr Coefficients coefficients(double hz, double damping) {
  const double g = tangent(kPi * hz / kSampleRate);
  const double a1 = 1 / (1 + g * (g + damping));
  return {static_cast<float>(2 * a1 - 1), static_cast<float>(2 * g * a1),
          static_cast<float>(2 * g * g * a1), static_cast<float>(2 * damping * a1),
          static_cast<float>(2 * damping * g * a1)};
}

// Of two stereo pairs.
struct Lanes {
  Float4 keep, push, pull, holdBack, turn;
};

constexpr Float4 pairs(float a, float b) {
  return Float4{a, a, b, b};
}
constexpr Lanes lanes(const Coefficients& a, const Coefficients& b) {
  return {pairs(a.keep, b.keep), pairs(a.push, b.push), pairs(a.pull, b.pull),
          pairs(a.holdBack, b.holdBack), pairs(a.turn, b.turn)};
}

constexpr Coefficients kLowPeaking = coefficients(kLowCrossoverHz, kPeaking);
constexpr Coefficients kLowFlat = coefficients(kLowCrossoverHz, kFlat);
constexpr Coefficients kHighPeaking = coefficients(kHighCrossoverHz, kPeaking);
constexpr Coefficients kHighFlat = coefficients(kHighCrossoverHz, kFlat);

constexpr Lanes kBothLowPeaking = lanes(kLowPeaking, kLowPeaking);
constexpr Lanes kBothLowFlat = lanes(kLowFlat, kLowFlat);
constexpr Lanes kLowFlatHighPeaking = lanes(kLowFlat, kHighPeaking);
constexpr Lanes kBothHighPeaking = lanes(kHighPeaking, kHighPeaking);
constexpr Lanes kBothHighFlat = lanes(kHighFlat, kHighFlat);

struct Outputs {
  Float4 low, all;  // low-pass and all-pass
};

inline Outputs step(const Lanes& c, Float4& first, Float4& second, Float4 x) noexcept {
  const Float4 v = x - second;
  const Float4 nextFirst = c.keep * first + c.push * v;
  const Float4 change = c.push * first + c.pull * v;
  const Outputs outputs{second + 0.5F * change, x - (c.holdBack * first + c.turn * v)};
  first = nextFirst;
  second += change;
  return outputs;
}

// Half of a beside half of b: lanes 0 and 1, or 2 and 3.
inline Float4 lowerLower(Float4 a, Float4 b) noexcept {
  return __builtin_shufflevector(a, b, 0, 1, 4, 5);
}
inline Float4 lowerUpper(Float4 a, Float4 b) noexcept {
  return __builtin_shufflevector(a, b, 0, 1, 6, 7);
}
inline Float4 upperLower(Float4 a, Float4 b) noexcept {
  return __builtin_shufflevector(a, b, 2, 3, 4, 5);
}
inline Float4 upperUpper(Float4 a, Float4 b) noexcept {
  return __builtin_shufflevector(a, b, 2, 3, 6, 7);
}

}  // namespace

// In step i the lower crossover's first two sections work on frame i, its last two on frame i - 1,
// the upper's first three on frame i - 2 and its last two on frame i - 3. No chain of sections in
// one step is longer than two: what depends on each other within a step has to be waited for.
template <bool kMoving>
void Isolator::run(float* left, float* right, int frames) noexcept {
  State s = state_;
  const auto through = [](Section& section, const Lanes& c, Float4 x) {
    return step(c, section.first, section.second, x);
  };
  auto gainLow = static_cast<float>(gains_[kBandLow].value());
  auto gainMid = static_cast<float>(gains_[kBandMid].value());
  auto gainHigh = static_cast<float>(gains_[kBandHigh].value());
  for (int i = 0; i < frames; ++i) {
    if constexpr (kMoving) {
      gainLow = static_cast<float>(gains_[kBandLow].next());
      gainMid = static_cast<float>(gains_[kBandMid].next());
      gainHigh = static_cast<float>(gains_[kBandHigh].next());
    }
    const Float4 x{left[i], right[i], s.crossed[0], s.crossed[1]};
    const Outputs one = through(s.first, kBothLowPeaking, x);
    const Outputs two = through(s.second, kBothLowFlat, lowerLower(one.low, one.all));
    const Outputs three = through(s.third, kLowFlatHighPeaking, upperLower(one.low, s.middle));
    const Outputs four = through(s.fourth, kBothHighPeaking, s.lowAndRest);
    // The low band beside the rest, which is the all-pass without it.
    s.lowAndRest = Float4{0, 0, s.crossed[2], s.crossed[3]} +
                   Float4{1, 1, -1, -1} * lowerLower(three.low, three.low);
    s.crossed = lowerUpper(two.low, two.all);
    const Float4 parted = through(s.fifth, kBothHighFlat, four.all).all;
    s.middle = through(s.sixth, kBothHighFlat, upperUpper(four.low, three.low)).low;
    const Float4 bands = Float4{gainLow, gainLow, gainHigh, gainHigh} * s.parted;
    const float mid = gainMid - gainHigh;  // the high band is the rest without the middle
    left[i] = (bands[0] + bands[2]) + mid * s.middle[2];
    right[i] = (bands[1] + bands[3]) + mid * s.middle[3];
    s.parted = parted;
  }
  state_ = s;
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
