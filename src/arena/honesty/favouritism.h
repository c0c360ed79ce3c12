// How much more likely somebody's votes are from someone who favours a contestant than from someone
// with a taste. Pure; any thread.
#pragma once

#include <cstddef>
#include <span>

namespace dju::arena {

// A vote in which the contestant took part.
struct SeenVote {
  double x = 0;    // log odds that they win, by everybody's ratings
  double tie = 0;  // the model's (bradley_terry.h)
  int result = 0;  // 1 they were chosen, 0 tie, -1 not
};

// Logarithm of the likelihood ratio. With a taste, x is shifted by a normal amount of the spread
// with which people differ; with a favourite, by a lot.
double favouritism(std::span<const SeenVote> votes);

}  // namespace dju::arena
