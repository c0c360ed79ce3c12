#include "arena/pair_choice.h"

#include <algorithm>

#include "arena/draws.h"

namespace dju::arena {
namespace {

// When one contestant leads in nearly every draw, the challenger is the best of the others.
constexpr int kMostDraws = 32;

std::vector<double> drawStrengths(const BradleyTerry::Fit& fit, Random& random) {
  std::vector<double> values(fit.parameters.size());
  for (double& value : values) value = normalDraw(random);
  fit.information.correlate(values);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] += fit.parameters[i];
  return values;
}

// The strongest of those that may meet `other`, or, without one, that may meet anybody.
std::optional<std::size_t> strongest(const std::vector<double>& strengths, std::size_t contestants,
                                     const std::function<bool(std::size_t)>& mayBe) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < contestants; ++i) {
    if (mayBe(i) && (!best || strengths[i] > strengths[*best])) best = i;
  }
  return best;
}

}  // namespace

std::optional<ContestantPair> topTwoPair(const BradleyTerry::Fit& fit, std::size_t contestants,
                                         Random& random, const IsOpen& isOpen) {
  const auto mayMeet = [&](std::size_t i) {
    for (std::size_t j = 0; j < contestants; ++j) {
      if (j != i && isOpen(i, j)) return true;
    }
    return false;
  };
  std::vector<bool> free;
  for (std::size_t i = 0; i < contestants; ++i) free.push_back(mayMeet(i));
  const auto isFree = [&](std::size_t i) { return free[i]; };
  const auto leader = strongest(drawStrengths(fit, random), contestants, isFree);
  if (!leader) return {};
  std::optional<std::size_t> challenger;
  for (int draw = 0; draw < kMostDraws && (!challenger || *challenger == *leader); ++draw) {
    challenger = strongest(drawStrengths(fit, random), contestants,
                           [&](std::size_t i) { return i == *leader || isOpen(*leader, i); });
  }
  if (!challenger || *challenger == *leader) {
    challenger = strongest(drawStrengths(fit, random), contestants,
                           [&](std::size_t i) { return i != *leader && isOpen(*leader, i); });
  }
  return ContestantPair{*leader, *challenger};
}

std::optional<ContestantPair> randomPair(std::size_t contestants, Random& random,
                                         const IsOpen& isOpen) {
  std::vector<ContestantPair> open;
  for (std::size_t i = 0; i < contestants; ++i) {
    for (std::size_t j = i + 1; j < contestants; ++j) {
      if (isOpen(i, j)) open.emplace_back(i, j);
    }
  }
  if (open.empty()) return {};
  return open[static_cast<std::size_t>(random.below(static_cast<int>(open.size())))];
}

}  // namespace dju::arena
