// Random draws that the arena's statistics need, the same on every machine. One thread.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>

#include "core/random.h"

namespace dju::arena {

// Standard normal (Box and Muller, 1958), one of the two.
inline double normalDraw(Random& random) {
  const double radius = std::sqrt(-2 * std::log(1 - random.uniform()));
  return radius * std::cos(2 * std::numbers::pi * random.uniform());
}

// Poisson with a mean from 0 to 10^9: by inversion where it is small, else by transformed rejection
// (Hormann, "The transformed rejection method for generating Poisson random variables", 1993,
// PTRS).
int poissonDraw(Random& random, double mean);

// Poisson with mean 1, millions of them: the first byte of a random number nearly always tells.
class PoissonOfOne {
 public:
  PoissonOfOne();
  int draw(Random& random) const {
    const double uniform = random.uniform();
    const std::uint8_t told = told_[static_cast<std::size_t>(uniform * kTold)];
    return told != kUntold ? told : search(uniform);
  }

 private:
  static constexpr std::size_t kTold = 256;
  static constexpr std::size_t kMost = 18;  // beyond it lies less than 2^-53
  static constexpr std::uint8_t kUntold = 255;
  int search(double uniform) const;

  std::array<double, kMost> ends_{};        // of each value's share of [0, 1)
  std::array<std::uint8_t, kTold> told_{};  // kUntold: several values are possible
};

}  // namespace dju::arena
