#include "arena/honesty/favouritism.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace dju::arena {
namespace {

// Of honest voters about one contestant, log odds. More than people differ in what we simulate, so
// that odd tastes stay.
constexpr double kTaste = 0.9;
constexpr std::array<double, 4> kFavours = {3, 4, 5, 7};
constexpr int kTasteSteps = 25;  // of the integral, over four deviations on each side

double logLikelihood(std::span<const SeenVote> votes, double shift) {
  double sum = 0;
  for (const SeenVote& vote : votes) {
    const double half = (vote.x + shift) / 2;
    const double all = std::exp(half) + std::exp(vote.tie) + std::exp(-half);
    sum += (vote.result == 0 ? vote.tie : vote.result * half) - std::log(all);
  }
  return sum;
}

// Logarithm of the mean likelihood over shifts of these weights.
template <std::size_t Count, typename Weight>
double logMean(std::span<const SeenVote> votes, const std::array<double, Count>& shifts,
               const Weight& weightOf) {
  std::array<double, Count> logs{};
  for (std::size_t i = 0; i < Count; ++i) logs[i] = logLikelihood(votes, shifts[i]);
  const double most = *std::max_element(logs.begin(), logs.end());
  double sum = 0, weights = 0;
  for (std::size_t i = 0; i < Count; ++i) {
    sum += weightOf(shifts[i]) * std::exp(logs[i] - most);
    weights += weightOf(shifts[i]);
  }
  return most + std::log(sum / weights);
}

}  // namespace

double favouritism(std::span<const SeenVote> votes) {
  std::array<double, kTasteSteps> tastes{};
  for (int i = 0; i < kTasteSteps; ++i)
    tastes[static_cast<std::size_t>(i)] = kTaste * (8.0 * i / (kTasteSteps - 1) - 4);
  const auto normal = [](double shift) { return std::exp(-shift * shift / (2 * kTaste * kTaste)); };
  return logMean(votes, kFavours, [](double) { return 1.0; }) - logMean(votes, tastes, normal);
}

}  // namespace dju::arena
