// Sums in eight interleaved parts, so that the compiler may use vector registers although it must
// not reorder floating-point additions by itself. The order is part of the result: streaming and
// offline features agree to the bit because both add up like this. Pure, any thread.
#pragma once

#include <cstddef>

namespace dju::music {

inline constexpr std::size_t kLanes = 8;

// term(0) + … + term(count - 1).
template <typename Term>
float laneSum(std::size_t count, Term term) {
  float lanes[kLanes] = {};
  std::size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) lanes[lane] += term(i + lane);
  }
  for (std::size_t lane = 0; i < count; ++i, ++lane) lanes[lane] += term(i);
  return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) +
         ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

}  // namespace dju::music
