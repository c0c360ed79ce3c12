// Random draws that the arena's statistics need, the same on every machine. One thread.
#pragma once

#include <cmath>
#include <numbers>

#include "core/random.h"

namespace dju::arena {

// Standard normal (Box and Muller, 1958), one of the two.
inline double normalDraw(Random& random) {
  const double radius = std::sqrt(-2 * std::log(1 - random.uniform()));
  return radius * std::cos(2 * std::numbers::pi * random.uniform());
}

// Poisson with mean 1, by inversion.
inline int poissonDraw(Random& random) {
  double left = random.uniform();
  double mass = 1 / std::numbers::e;
  int value = 0;
  constexpr int kMost = 16;  // beyond it lies less than 2^-48
  while (value < kMost && left >= mass) {
    left -= mass;
    ++value;
    mass /= value;
  }
  return value;
}

}  // namespace dju::arena
