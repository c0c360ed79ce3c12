// Which of two transitions people would choose, guessed from their traits: a logistic model of the
// differences, trained on the votes so far. It filters children before anybody has to hear them;
// it never decides what wins. Pure; any thread.
#pragma once

#include <array>
#include <span>

#include "arena/evolution/traits.h"

namespace dju::arena {

// The traits, and the squares of those that can be too little as well as too much.
inline constexpr std::size_t kSquaredTraits = 6;  // the first ones
inline constexpr std::size_t kRewardInputs = kTraits + kSquaredTraits;
using RewardInputs = std::array<double, kRewardInputs>;
RewardInputs rewardInputs(const Traits& traits);

// Two transitions of the same pair of records; `won`: 1 the first, 0 the second, 0.5 a tie.
struct Comparison {
  Traits first{}, second{};
  double won = 0.5;
  double weight = 1;
};

class RewardModel {
 public:
  // Zero: everything is worth the same.
  RewardModel() = default;
  explicit RewardModel(const RewardInputs& weights) : weights_(weights) {}
  // The most likely weights with a normal prior (deviation 2) on each.
  static RewardModel fit(std::span<const Comparison> comparisons);

  // In units of log odds; only differences mean something.
  double worth(const Traits& traits) const;
  double chance(const Traits& first, const Traits& second) const;  // that the first is chosen
  const RewardInputs& weights() const { return weights_; }

 private:
  RewardInputs weights_{};
};

}  // namespace dju::arena
