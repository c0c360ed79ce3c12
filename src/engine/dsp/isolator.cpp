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
// and the outputs are the means of old and new state.
struct Coefficients {
  float keep, push, pull, damping;
};

constexpr Coefficients coefficients(double hz, double damping) {
  const double g = tangent(kPi * hz / kSampleRate);
  const double a1 = 1 / (1 + g * (g + damping));
  return {static_cast<float>(2 * a1 - 1), static_cast<float>(2 * g * a1),
          static_cast<float>(2 * g * g * a1), static_cast<float>(damping)};
}

constexpr Coefficients kLowPeaking = coefficients(kLowCrossoverHz, kPeaking);
constexpr Coefficients kLowFlat = coefficients(kLowCrossoverHz, kFlat);
constexpr Coefficients kHighPeaking = coefficients(kHighCrossoverHz, kPeaking);
constexpr Coefficients kHighFlat = coefficients(kHighCrossoverHz, kFlat);

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
  return {low, band, (x - c.damping * band) - low};
}

// Lanes 0 and 1 of the low-pass, 2 and 3 of the high-pass.
inline Float4 lowAndHigh(const Responses& r) noexcept {
  return __builtin_shufflevector(r.low, r.high, 0, 1, 6, 7);
}

}  // namespace

// Every section works on four lanes: a stereo pair of one path beside that of another.
template <bool kMoving>
void Isolator::run(float* left, float* right, int frames) noexcept {
  std::array<Section, kSections> s = sections_;
  const auto through = [&s](int n, const Coefficients& c, Float4 x) {
    return step(c, s[n].first, s[n].second, x);
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
    const Float4 x{left[i], right[i], left[i], right[i]};
    Float4 lowAndRest = lowAndHigh(through(0, kLowPeaking, x));
    lowAndRest = lowAndHigh(through(1, kLowFlat, lowAndRest));
    lowAndRest = lowAndHigh(through(2, kLowPeaking, lowAndRest));
    lowAndRest = lowAndHigh(through(3, kLowFlat, lowAndRest));
    const Responses upper = through(4, kHighPeaking, lowAndRest);
    const Float4 once = lowAndRest - (2 * kHighPeaking.damping) * upper.band;  // lanes 0 and 1
    const Float4 lowBand = once - (2 * kHighFlat.damping) * through(5, kHighFlat, once).band;
    Float4 others = __builtin_shufflevector(upper.low, upper.high, 2, 3, 6, 7);
    others = lowAndHigh(through(6, kHighFlat, others));
    others = lowAndHigh(through(7, kHighPeaking, others));
    others =
        lowAndHigh(through(8, kHighFlat, others)) * Float4{gainMid, gainMid, gainHigh, gainHigh};
    left[i] = gainLow * lowBand[0] + (others[0] + others[2]);
    right[i] = gainLow * lowBand[1] + (others[1] + others[3]);
  }
  sections_ = s;
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
