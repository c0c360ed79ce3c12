// How human chance is spread: errors of hands around what was meant, times around their median.
// Built from the engine's arithmetic, not libm's, so that a seed gives the same performance on
// every machine. Any thread.
#pragma once

#include "core/random.h"
#include "engine/dsp/math.h"

namespace dju::simulator {

// Mean 0, standard deviation 1, never beyond 6: the sum of twelve uniform numbers (Irwin–Hall),
// which differs from a normal distribution only where no hand ever was.
inline double normal(Random& random) {
  double sum = -6;
  for (int i = 0; i < 12; ++i) sum += random.uniform();
  return sum;
}

// Half of all draws lie below `median`, two thirds within a factor of e^spread. Reaction times are
// spread so (Luce, "Response Times", 1986).
inline double logNormal(Random& random, double median, double spread) {
  return median * engine::exp2(spread * normal(random) / engine::kLn2);
}

// -1 or 1.
inline double eitherWay(Random& random) {
  return random.chance(0.5) ? 1 : -1;
}

}  // namespace dju::simulator
