#include "arena/taste/taste_profile.h"

#include <algorithm>
#include <cmath>

namespace dju::arena {
namespace {

using Axes = std::array<double, kTasteAxisCount>;

constexpr double kNinetyFive = 1.959964;  // deviations
constexpr int kNewtonSteps = 12;

Axes axesOf(const Traits& traits) {
  Axes axes{};
  for (std::size_t i = 0; i < kTasteAxisCount; ++i)
    axes[i] = trait(traits, kTasteAxes[i].trait) / kTasteAxes[i].spread;
  return axes;
}

Axes less(Axes a, const Axes& b) {
  for (std::size_t i = 0; i < kTasteAxisCount; ++i) a[i] -= b[i];
  return a;
}

double dot(const Axes& a, const Axes& b) {
  double sum = 0;
  for (std::size_t i = 0; i < kTasteAxisCount; ++i) sum += a[i] * b[i];
  return sum;
}

// Of the linear form `axes` of the weights, by the posterior's normal approximation.
double deviationOf(const NormalEquations& information, const Axes& axes) {
  Axes solved = axes;
  information.solve(solved);
  return std::sqrt(std::max(0.0, dot(axes, solved)));
}

Interval around(double value, double deviation) {
  return {value - kNinetyFive * deviation, value + kNinetyFive * deviation};
}

}  // namespace

TasteProfile::TasteProfile(std::span<const Comparison> votes)
    : votes_(votes.size()), information_(kTasteAxisCount) {
  std::vector<Axes> differences;
  for (const Comparison& vote : votes)
    differences.push_back(less(axesOf(vote.first), axesOf(vote.second)));
  // Newton's method on the log posterior; the prior's unit deviation keeps its steps finite. The
  // last step only leaves the information at the place that was reached.
  for (int step = 0; step <= kNewtonSteps; ++step) {
    information_ = NormalEquations(kTasteAxisCount);
    Axes gradient{};
    for (std::size_t i = 0; i < kTasteAxisCount; ++i) {
      information_.at(i, i) = 1;
      gradient[i] = -weights_[i];
    }
    for (std::size_t n = 0; n < differences.size(); ++n) {
      const double p = 1 / (1 + std::exp(-std::clamp(dot(weights_, differences[n]), -30.0, 30.0)));
      const double weight = votes[n].weight;
      for (std::size_t i = 0; i < kTasteAxisCount; ++i) {
        gradient[i] += weight * (votes[n].won - p) * differences[n][i];
        for (std::size_t j = 0; j <= i; ++j)
          information_.at(i, j) += weight * p * (1 - p) * differences[n][i] * differences[n][j];
      }
    }
    information_.factorise();
    if (step == kNewtonSteps) break;
    information_.solve(gradient);
    for (std::size_t i = 0; i < kTasteAxisCount; ++i) weights_[i] += gradient[i];
  }
  for (std::size_t i = 0; i < kTasteAxisCount; ++i) {
    Axes unit{};
    unit[i] = 1;
    leanings_[i] = {weights_[i], around(weights_[i], deviationOf(information_, unit))};
  }
}

double TasteProfile::worth(const Traits& traits) const {
  return dot(weights_, axesOf(traits));
}

std::vector<TasteProfile::Ranked> TasteProfile::rank(std::span<const Entry> mixers) const {
  Axes mean{};
  double strength = 0;
  const double share = 1 / std::max(1.0, static_cast<double>(mixers.size()));
  for (const Entry& entry : mixers) {
    const Axes axes = axesOf(entry.traits);
    for (std::size_t i = 0; i < kTasteAxisCount; ++i) mean[i] += share * axes[i];
    strength += share * entry.strength;
  }
  std::vector<Ranked> ranked;
  for (const Entry& entry : mixers) {
    const Axes apart = less(axesOf(entry.traits), mean);
    const double worth = entry.strength - strength + dot(weights_, apart);
    ranked.push_back({entry.mixer, worth, around(worth, deviationOf(information_, apart))});
  }
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const Ranked& a, const Ranked& b) { return a.worth > b.worth; });
  return ranked;
}

}  // namespace dju::arena
