// Seeded random numbers that are the same on every machine and compiler: the standard library's
// distributions are not. Not for secrets (core/secrets.h).
#pragma once

#include <cstdint>

namespace dju {

// SplitMix64 (Steele, Lea, Flood, OOPSLA 2014, figure 16). One instance, one thread.
class Random {
 public:
  explicit constexpr Random(std::uint64_t seed) : state_(seed) {}

  constexpr std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }
  // Uniform in [0, 1), 53 bits.
  constexpr double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  constexpr double uniform(double low, double high) { return low + (high - low) * uniform(); }
  // Uniform in [0, n), n > 0; the bias of below 2^-32 for small n does not matter here.
  constexpr int below(int n) {
    return static_cast<int>((next() >> 32) * static_cast<std::uint64_t>(n) >> 32);
  }
  constexpr bool chance(double probability) { return uniform() < probability; }
  // An independent stream for a named part, so that adding a part does not shift the others.
  constexpr Random fork(std::uint64_t label) const {
    Random child(state_ ^ (label * 0xd6e8feb86659fd93ULL));
    child.next();
    return child;
  }

 private:
  std::uint64_t state_;
};

}  // namespace dju
