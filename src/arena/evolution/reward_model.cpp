#include "arena/evolution/reward_model.h"

#include <algorithm>
#include <cmath>

#include "arena/normal_equations.h"

namespace dju::arena {
namespace {

constexpr double kPriorDeviation = 2;
constexpr int kNewtonSteps = 12;

double logistic(double x) {
  return 1 / (1 + std::exp(-std::clamp(x, -30.0, 30.0)));
}

double dot(const RewardInputs& a, const RewardInputs& b) {
  double sum = 0;
  for (std::size_t i = 0; i < kRewardInputs; ++i) sum += a[i] * b[i];
  return sum;
}

RewardInputs difference(const Traits& first, const Traits& second) {
  RewardInputs inputs = rewardInputs(first);
  const RewardInputs other = rewardInputs(second);
  for (std::size_t i = 0; i < kRewardInputs; ++i) inputs[i] -= other[i];
  return inputs;
}

}  // namespace

RewardInputs rewardInputs(const Traits& traits) {
  RewardInputs inputs{};
  std::copy(traits.begin(), traits.end(), inputs.begin());
  for (std::size_t i = 0; i < kSquaredTraits; ++i) inputs[kTraits + i] = traits[i] * traits[i];
  return inputs;
}

RewardModel RewardModel::fit(std::span<const Comparison> comparisons) {
  std::vector<RewardInputs> inputs;
  for (const Comparison& comparison : comparisons)
    inputs.push_back(difference(comparison.first, comparison.second));
  RewardInputs weights{};
  constexpr double kRidge = 1 / (kPriorDeviation * kPriorDeviation);
  // The posterior is concave, and the ridge keeps its steps finite.
  for (int step = 0; step < kNewtonSteps; ++step) {
    NormalEquations information(kRewardInputs);
    std::array<double, kRewardInputs> gradient{};
    for (std::size_t i = 0; i < kRewardInputs; ++i) {
      information.at(i, i) = kRidge;
      gradient[i] = -kRidge * weights[i];
    }
    for (std::size_t n = 0; n < inputs.size(); ++n) {
      const double p = logistic(dot(weights, inputs[n])), weight = comparisons[n].weight;
      for (std::size_t i = 0; i < kRewardInputs; ++i) {
        gradient[i] += weight * (comparisons[n].won - p) * inputs[n][i];
        for (std::size_t j = 0; j <= i; ++j)
          information.at(i, j) += weight * p * (1 - p) * inputs[n][i] * inputs[n][j];
      }
    }
    information.factorise();
    information.solve(gradient);
    for (std::size_t i = 0; i < kRewardInputs; ++i) weights[i] += gradient[i];
  }
  return RewardModel(weights);
}

double RewardModel::worth(const Traits& traits) const {
  return dot(weights_, rewardInputs(traits));
}

double RewardModel::chance(const Traits& first, const Traits& second) const {
  return logistic(dot(weights_, difference(first, second)));
}

}  // namespace dju::arena
