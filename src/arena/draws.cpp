#include "arena/draws.h"

#include <algorithm>

namespace dju::arena {
namespace {

constexpr double kInversionMost = 10;

int byInversion(Random& random, double mean) {
  double left = random.uniform();
  double mass = std::exp(-mean);
  int value = 0;
  constexpr int kMost = 60;  // beyond it lies less than 2^-53 of a mean of 10
  while (value < kMost && left >= mass) {
    left -= mass;
    ++value;
    mass *= mean / value;
  }
  return value;
}

// ln k! by Stirling's series from 10 on. std::lgamma() writes a global.
double logFactorial(double k) {
  constexpr std::array<double, 10> kSmall = {0,
                                             0,
                                             0.69314718055994531,
                                             1.79175946922805500,
                                             3.17805383034794562,
                                             4.78749174278204599,
                                             6.57925121201010100,
                                             8.52516136106541430,
                                             10.6046029027452502,
                                             12.8018274800814696};
  if (k < 10) return kSmall[static_cast<std::size_t>(k)];
  const double n = k + 1;
  constexpr double kHalfLogTwoPi = 0.91893853320467274;
  return (n - 0.5) * std::log(n) - n + kHalfLogTwoPi + 1 / (12 * n) - 1 / (360 * n * n * n);
}

int byRejection(Random& random, double mean) {
  const double b = 0.931 + 2.53 * std::sqrt(mean), a = -0.059 + 0.02483 * b;
  const double inverseAlpha = 1.1239 + 1.1328 / (b - 3.4), squeeze = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const double u = random.uniform() - 0.5, v = random.uniform();
    const double edge = 0.5 - std::abs(u);
    const double k = std::floor((2 * a / edge + b) * u + mean + 0.43);
    if (edge >= 0.07 && v <= squeeze) return static_cast<int>(k);
    if (k < 0 || (edge < 0.013 && v > edge)) continue;
    if (std::log(v * inverseAlpha / (a / (edge * edge) + b)) <=
        k * std::log(mean) - mean - logFactorial(k))
      return static_cast<int>(k);
  }
}

}  // namespace

PoissonOfOne::PoissonOfOne() {
  double mass = std::exp(-1.0), sum = 0;
  for (std::size_t value = 0; value < kMost; mass /= static_cast<double>(++value))
    ends_[value] = sum += mass;
  for (std::size_t i = 0; i < kTold; ++i) {
    const int low = search(static_cast<double>(i) / kTold);
    const int high = search(std::nextafter(static_cast<double>(i + 1) / kTold, 0));
    told_[i] = low == high ? static_cast<std::uint8_t>(low) : kUntold;
  }
}

int PoissonOfOne::search(double uniform) const {
  return static_cast<int>(std::upper_bound(ends_.begin(), ends_.end(), uniform) - ends_.begin());
}

int poissonDraw(Random& random, double mean) {
  return mean < kInversionMost ? byInversion(random, mean) : byRejection(random, mean);
}

}  // namespace dju::arena
