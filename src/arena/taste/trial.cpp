#include "arena/taste/trial.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "core/hash.h"
#include "core/random.h"

namespace dju::arena {
namespace {

constexpr int kRounds = 2000;
constexpr double kNinetyFive = 1.959964;

// Each listener's own mean, so that nobody counts more for rating more.
std::vector<double> meansOf(std::span<const TrialRating> ratings) {
  std::map<std::uint32_t, std::pair<double, int>> sums;
  for (const TrialRating& rating : ratings) {
    auto& [sum, count] = sums[rating.listener];
    sum += std::clamp(rating.rating, 1, 5);
    ++count;
  }
  std::vector<double> means;
  for (const auto& [listener, sum] : sums) means.push_back(sum.first / sum.second);
  return means;
}

double mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

double drawnMean(const std::vector<double>& values, Random& random) {
  double sum = 0;
  for (std::size_t i = 0; i < values.size(); ++i)
    sum += values[static_cast<std::size_t>(random.below(static_cast<int>(values.size())))];
  return sum / static_cast<double>(values.size());
}

Interval middle(std::vector<double> draws) {
  std::sort(draws.begin(), draws.end());
  return {draws[kRounds / 40], draws[kRounds - 1 - kRounds / 40]};
}

std::vector<TrialRating> ofArm(std::span<const TrialRating> ratings, TrialArm arm) {
  std::vector<TrialRating> own;
  for (const TrialRating& rating : ratings) {
    if (rating.arm == arm) own.push_back(rating);
  }
  return own;
}

}  // namespace

TrialArm assignArm(std::string_view trial, std::string_view listener) {
  const std::uint64_t seed = xxh64(trial.data(), trial.size());
  return xxh64(listener.data(), listener.size(), seed) % 2 == 0 ? TrialArm::kGlobal
                                                                : TrialArm::kPersonal;
}

MeanRating meanRating(std::span<const TrialRating> ratings, std::uint64_t seed) {
  MeanRating result;
  result.ratings = static_cast<int>(ratings.size());
  const std::vector<double> means = meansOf(ratings);
  result.listeners = static_cast<int>(means.size());
  if (means.empty()) return result;
  result.mean = mean(means);
  Random random(seed);
  std::vector<double> draws;
  for (int round = 0; round < kRounds; ++round) draws.push_back(drawnMean(means, random));
  result.interval = middle(std::move(draws));
  return result;
}

TrialResult analyse(std::span<const TrialRating> ratings, std::uint64_t seed) {
  const std::vector<TrialRating> global = ofArm(ratings, TrialArm::kGlobal);
  const std::vector<TrialRating> personal = ofArm(ratings, TrialArm::kPersonal);
  TrialResult result{meanRating(global, seed), meanRating(personal, seed), {}, {}};
  if (global.empty() || personal.empty()) return result;
  result.difference = *result.personal.mean - *result.global.mean;
  const std::vector<double> ofGlobal = meansOf(global), ofPersonal = meansOf(personal);
  Random random(seed);
  std::vector<double> draws;
  for (int round = 0; round < kRounds; ++round) {
    const double own = drawnMean(ofPersonal, random);
    draws.push_back(own - drawnMean(ofGlobal, random));
  }
  result.interval = middle(std::move(draws));
  return result;
}

std::optional<ShareEstimate> shareOf(int some, int all) {
  if (all <= 0) return {};
  const double n = all, p = some / n, z2 = kNinetyFive * kNinetyFive;
  const double centre = (p + z2 / (2 * n)) / (1 + z2 / n);
  const double half = kNinetyFive / (1 + z2 / n) * std::sqrt(p * (1 - p) / n + z2 / (4 * n * n));
  return ShareEstimate{p, {std::max(0.0, centre - half), std::min(1.0, centre + half)}};
}

}  // namespace dju::arena
