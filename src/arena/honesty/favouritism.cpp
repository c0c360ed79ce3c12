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

// Logarithm of the sum of weights times exponentials.
template <typename Range, typename Weight>
double logSum(std::span<const SeenVote> votes, const Range& shifts, const Weight& weightOf) {
  double most = -1e300;
  for (const double shift : shifts) most = std::max(most, logLikelihood(votes, shift));
  double sum = 0, weights = 0;
  for (const double shift : shifts) {
    sum += weightOf(shift) * std::exp(logLikelihood(votes, shift) - most);
    weights += weightOf(shift);
  }
  return most + std::log(sum / weights);
}

}  // namespace

double favouritism(std::span<const SeenVote> votes) {
  std::array<double, kTasteSteps> tastes{};
  for (int i = 0; i < kTasteSteps; ++i)
    tastes[static_cast<std::size_t>(i)] = kTaste * (8.0 * i / (kTasteSteps - 1) - 4);
  const auto normal = [](double shift) { return std::exp(-shift * shift / (2 * kTaste * kTaste)); };
  return logSum(votes, kFavours, [](double) { return 1.0; }) - logSum(votes, tastes, normal);
}

}  // namespace dju::arena
