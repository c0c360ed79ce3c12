#include "arena/glicko2.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "arena/bradley_terry.h"

namespace dju::arena {
namespace {

// Step 1: how much volatility may change over time. The paper advises 0.3 to 1.2.
constexpr double kTau = 0.5;
constexpr double kMostDeviation = 350;
constexpr double kPrecise = 1e-6;

double square(double x) {
  return x * x;
}

// g of step 3: what an opponent's result is worth, who is known with deviation `phi`.
double certainty(double phi) {
  return 1 / std::sqrt(1 + 3 * square(phi) / square(std::numbers::pi));
}

// Step 5: the new volatility, by the Illinois method.
double newVolatility(double volatility, double phi, double variance, double improvement) {
  const double a = std::log(square(volatility));
  const auto f = [&](double x) {
    const double e = std::exp(x);
    const double all = square(phi) + variance + e;
    return e * (square(improvement) - all) / (2 * square(all)) - (x - a) / square(kTau);
  };
  double low = a;
  double high = std::log(square(improvement) - square(phi) - variance);
  if (square(improvement) <= square(phi) + variance) {
    int k = 1;
    while (f(a - k * kTau) < 0) ++k;
    high = a - k * kTau;
  }
  double atLow = f(low), atHigh = f(high);
  while (std::abs(high - low) > kPrecise) {
    const double middle = low + (low - high) * atLow / (atHigh - atLow);
    const double atMiddle = f(middle);
    if (atMiddle * atHigh <= 0) {
      low = high;
      atLow = atHigh;
    } else {
      atLow /= 2;
    }
    high = middle;
    atHigh = atMiddle;
  }
  return std::exp(low / 2);
}

}  // namespace

PersonRating afterPeriod(const PersonRating& before, std::span<const Game> games) {
  const double mu = (before.points - kMeanPoints) / kPointsAStrength;
  const double phi = before.deviation / kPointsAStrength;
  if (games.empty()) {
    const double grown = std::hypot(phi, before.volatility) * kPointsAStrength;
    return {before.points, std::min(grown, kMostDeviation), before.volatility};
  }
  double information = 0, surprise = 0;
  for (const Game& game : games) {
    const double g = certainty(game.opponent.deviation / kPointsAStrength);
    const double other = (game.opponent.points - kMeanPoints) / kPointsAStrength;
    const double expected = 1 / (1 + std::exp(-g * (mu - other)));
    information += square(g) * expected * (1 - expected);
    surprise += g * (game.score - expected);
  }
  const double variance = 1 / information;
  const double volatility = newVolatility(before.volatility, phi, variance, variance * surprise);
  const double between = std::hypot(phi, volatility);
  const double after = 1 / std::sqrt(1 / square(between) + information);
  return {kMeanPoints + kPointsAStrength * (mu + square(after) * surprise),
          std::min(after * kPointsAStrength, kMostDeviation), volatility};
}

}  // namespace dju::arena
