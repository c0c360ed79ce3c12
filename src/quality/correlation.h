// The cross-correlation of two sounds at every lag, by FFT. Callers: the aligners. Allocates in the
// constructor; afterwards any thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace dju::quality {

class CrossCorrelation {
 public:
  // Neither may be empty. Takes memory for about 20 bytes a sample of both together.
  CrossCorrelation(std::span<const float> pattern, std::span<const float> sound);

  // The sum over n of pattern[n] * sound[n + lag]; what lies outside counts as 0. `lag` within
  // (-pattern.size(), sound.size()).
  float at(std::int64_t lag) const {
    const auto size = static_cast<std::int64_t>(values_.size());
    return values_[static_cast<std::size_t>(lag < 0 ? lag + size : lag)];
  }

 private:
  std::vector<float> values_;  // negative lags at the end
};

}  // namespace dju::quality
