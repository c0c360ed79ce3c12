// What somebody's votes say of his taste: for each readable trait of a transition how much more of
// it speaks for a mix, with an interval. Few votes mean wide intervals, never firm words. Pure; any
// thread.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "arena/evolution/reward_model.h"
#include "arena/normal_equations.h"
#include "arena/ratings.h"

namespace dju::arena {

// Traits that mean something to people, and by how much of one two mixes typically differ.
struct TasteAxis {
  Trait trait;
  double spread;
};
inline constexpr std::array<TasteAxis, 11> kTasteAxes = {{{Trait::kLength, 0.35},
                                                          {Trait::kLateSwap, 0.25},
                                                          {Trait::kTogether, 0.3},
                                                          {Trait::kThinned, 0.25},
                                                          {Trait::kEffects, 0.5},
                                                          {Trait::kFilter, 0.4},
                                                          {Trait::kSudden, 0.5},
                                                          {Trait::kEnergyStep, 0.15},
                                                          {Trait::kVoices, 0.3},
                                                          {Trait::kClash, 0.3},
                                                          {Trait::kEnterDrop, 0.5}}};
inline constexpr std::size_t kTasteAxisCount = kTasteAxes.size();

struct Leaning {
  double logOdds = 0;  // of a vote, for one spread more of the trait
  Interval interval;   // 95 %
  bool sure() const { return interval.low > 0 || interval.high < 0; }
};

class TasteProfile {
 public:
  // Without votes: no leaning, intervals as wide as the prior (deviation 1).
  explicit TasteProfile(std::span<const Comparison> votes);

  std::size_t votes() const { return votes_; }
  const std::array<Leaning, kTasteAxisCount>& leanings() const { return leanings_; }
  // What a transition is worth to this listener, log odds; only differences mean something.
  double worth(const Traits& traits) const;

  struct Ranked {
    std::string mixer;
    double worth = 0;  // above the mean of those that are ranked
    Interval interval;
  };
  struct Entry {
    std::string mixer;
    Traits traits{};      // mean over the same pairs for all
    double strength = 0;  // by everybody's votes: points / kPointsAStrength
  };
  // Best first: what everybody thinks, moved by the own taste.
  std::vector<Ranked> rank(std::span<const Entry> mixers) const;

 private:
  std::size_t votes_ = 0;
  std::array<double, kTasteAxisCount> weights_{};
  NormalEquations information_;  // factorised
  std::array<Leaning, kTasteAxisCount> leanings_{};
};

}  // namespace dju::arena
