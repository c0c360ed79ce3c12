// Bringing a sound over its reference before the two are compared: the delay by which it is late
// and the level at which it came. Whole samples, one delay for all of it; a sound that drifts or
// was edited does not align.
//
// Callers: `dju quality`, benchmarks. Any thread; allocates about 30 MB beside its results.
#pragma once

#include <cstdint>

#include "core/error.h"
#include "quality/sound.h"

namespace dju::quality {

struct Alignment {
  std::int64_t delay = 0;  // frames by which the test is late; negative: early
  double gain = 1;         // the test's level against the reference's; negative: polarity inverted
  double correlation = 0;  // of the loudest ten seconds with their counterpart, 0 … 1
};

inline constexpr double kMaxDelaySeconds = 4;

// Searches delays up to kMaxDelaySeconds. Errors (kInvalid): different rates or channels, no sound
// in one of both, or no place where they resemble each other (correlation below 0.3).
Result<Alignment> findAlignment(const Sound& reference, const Sound& test);

struct Aligned {
  Sound reference, test;  // of equal length
};
// Cuts both to what they share and divides the test by its gain. Error (kInvalid) when less than
// half of the reference is left.
Result<Aligned> aligned(const Sound& reference, const Sound& test, const Alignment& alignment);

}  // namespace dju::quality
