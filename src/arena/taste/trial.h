// Whether a mixer chosen for a listener is liked better than the one that everybody likes best: who
// gets which is drawn once and recorded, and the answer has an interval. Pure; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "arena/ratings.h"

namespace dju::arena {

enum class TrialArm { kGlobal, kPersonal };
inline constexpr std::array<std::string_view, 2> kTrialArmNames = {"global", "personal"};

// The same listener is always in the same arm of a trial.
TrialArm assignArm(std::string_view trial, std::string_view listener);

// A mix that somebody in an arm has rated, 1 to 5.
struct TrialRating {
  std::uint32_t listener = 0;  // numbers of the caller's
  TrialArm arm = TrialArm::kGlobal;
  int rating = 3;
};

struct MeanRating {
  std::optional<double> mean;  // of the listeners' own means; nothing without ratings
  Interval interval;           // 95 %, a bootstrap over listeners
  int ratings = 0, listeners = 0;
};
MeanRating meanRating(std::span<const TrialRating> ratings, std::uint64_t seed = 1);

struct TrialResult {
  MeanRating global, personal;
  std::optional<double> difference;  // personal less global; nothing while an arm is empty
  Interval interval;
};
TrialResult analyse(std::span<const TrialRating> ratings, std::uint64_t seed = 1);

// A share and its 95 % interval (Wilson, JASA 22, 1927): of those who began a tournament, those who
// finished it. Nothing of nobody.
struct ShareEstimate {
  double share = 0;
  Interval interval;
};
std::optional<ShareEstimate> shareOf(int some, int all);

}  // namespace dju::arena
