// What transitions are worth, gathered over pairs, as rows of a table.
#pragma once

#include <string>
#include <vector>

#include "arena/gate/pair_figures.h"

namespace dju::bench {

using arena::PairFigures;

// A table row and its heading.
std::string heading();
std::string row(const std::string& name, const std::vector<PairFigures>& pairs);
// How often each style was chosen: "bass_swap 12, cut 3".
std::string styles(const std::vector<PairFigures>& pairs);
// The mean of these and its 95 % interval by bootstrap over them; there is at least one.
struct MeanWithin {
  double mean = 0, low = 0, high = 0;
};
MeanWithin meanWithin(const std::vector<double>& values);
// The mean of the pairwise differences of the score and its 95 % interval, by bootstrap.
std::string scoreDifference(const std::vector<PairFigures>& a, const std::vector<PairFigures>& b);

}  // namespace dju::bench
