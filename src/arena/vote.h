// One voice on two mixes, as the statistics of the arena see it: numbers instead of names. Made by
// whoever reads votes from storage or simulates them. Plain values; any thread.
#pragma once

#include <cstdint>

namespace dju::arena {

enum class Choice { kA, kB, kTie, kBothBad };

// What may sway a voter beside the mixing. Differences are A less B.
struct Covariates {
  double loudnessDb = 0;    // LU
  double lengthLog = 0;     // natural logarithm of the quotient of the lengths
  int side = 0;             // +1: A was presented as A; -1: as B; 0: not known
  std::uint32_t genre = 0;  // of the records, from 0
};

struct RatedVote {
  std::uint32_t voter = 0;     // numbers of the caller's, from 0
  std::uint32_t a = 0, b = 1;  // contestants, from 0; never the same
  Choice choice = Choice::kTie;
  double weight = 1;  // 0: set aside … 1
  Covariates at;
};

}  // namespace dju::arena
