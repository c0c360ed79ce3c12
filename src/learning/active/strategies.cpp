#include "learning/active/strategies.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/error.h"
#include "core/random.h"

namespace dju::learning {
namespace {

constexpr std::array<std::string_view, 5> kNames = {"chance", "uncertainty", "margin", "committee",
                                                    "diversity"};

double entropy(double p) {
  const double q = std::clamp(p, 1e-12, 1 - 1e-12);
  return -q * std::log2(q) - (1 - q) * std::log2(1 - q);
}

using Items = std::vector<std::size_t>;

double uncertaintyOf(const std::vector<double>& scores) {
  double sum = 0;
  for (const double score : scores) sum += entropy(score);
  return sum / static_cast<double>(scores.size());
}

double nearnessOf(const std::vector<double>& scores) {
  double nearest = 1;
  for (const double score : scores) nearest = std::min(nearest, std::fabs(2 * score - 1));
  return -nearest;
}

// The mean variance over targets of what the members say.
double disputeOf(const Pool& pool, std::size_t item) {
  const auto members = static_cast<double>(pool.scores.size());
  const std::size_t targets = pool.scores.front()[item].size();
  double sum = 0;
  for (std::size_t target = 0; target < targets; ++target) {
    double mean = 0;
    double squares = 0;
    for (const auto& member : pool.scores) {
      mean += member[item][target] / members;
      squares += member[item][target] * member[item][target] / members;
    }
    sum += squares - mean * mean;
  }
  return sum / static_cast<double>(targets);
}

template <typename Value>
Items largest(const Items& items, std::size_t count, Value&& valueOf) {
  std::vector<std::pair<double, std::size_t>> ranked;
  for (const std::size_t item : items) ranked.emplace_back(-valueOf(item), item);
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  Items chosen;
  for (std::size_t i = 0; i < std::min(count, ranked.size()); ++i)
    chosen.push_back(ranked[i].second);
  return chosen;
}

Items byChance(Items items, std::size_t count, std::uint64_t seed) {
  Random random(seed);
  for (std::size_t i = items.size(); i > 1; --i)
    std::swap(items[i - 1], items[static_cast<std::size_t>(random.below(static_cast<int>(i)))]);
  items.resize(std::min(count, items.size()));
  return items;
}

double distance(const std::vector<float>& a, const std::vector<float>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double d = static_cast<double>(a[i]) - b[i];
    sum += d * d;
  }
  return sum;
}

// Greedy k-center: again and again the item that is farthest from all that are labelled or chosen.
Items farthest(const Pool& pool, const Items& labelled, const Items& items, std::size_t count) {
  std::vector<double> nearest(items.size(), std::numeric_limits<double>::infinity());
  const auto note = [&](std::size_t centre) {
    for (std::size_t i = 0; i < items.size(); ++i)
      nearest[i] =
          std::min(nearest[i], distance(pool.descriptions[items[i]], pool.descriptions[centre]));
  };
  for (const std::size_t item : labelled) note(item);
  Items chosen;
  while (chosen.size() < std::min(count, items.size())) {
    const auto far = std::max_element(nearest.begin(), nearest.end());
    chosen.push_back(items[static_cast<std::size_t>(far - nearest.begin())]);
    note(chosen.back());
    *far = -1;  // never again, not even where another sounds the same
  }
  return chosen;
}

}  // namespace

Strategy strategyNamed(std::string_view name) {
  const auto at = std::find(kNames.begin(), kNames.end(), name);
  if (at != kNames.end()) return static_cast<Strategy>(at - kNames.begin());
  std::string all;
  for (const std::string_view known : kNames) all.append(" ").append(known);
  throw Error(ErrorCode::kInvalid, "strategy \"" + std::string(name) + "\": one of" + all);
}

std::string_view nameOf(Strategy strategy) {
  return kNames[static_cast<std::size_t>(strategy)];
}

std::vector<std::size_t> choose(Strategy strategy, const Pool& pool,
                                const std::vector<std::size_t>& labelled,
                                const std::vector<std::size_t>& unlabelled, std::size_t count,
                                std::uint64_t seed) {
  if (strategy == Strategy::kChance) return byChance(unlabelled, count, seed);
  if (strategy == Strategy::kDiversity) return farthest(pool, labelled, unlabelled, count);
  const std::size_t needed = strategy == Strategy::kCommittee ? 2 : 1;
  if (pool.scores.size() < needed)
    throw Error(ErrorCode::kInvalid, "strategy " + std::string(nameOf(strategy)) + ": needs " +
                                         std::to_string(needed) + " trained models or more");
  return largest(unlabelled, count, [&](std::size_t item) {
    if (strategy == Strategy::kCommittee) return disputeOf(pool, item);
    const std::vector<double>& scores = pool.scores.front()[item];
    return strategy == Strategy::kUncertainty ? uncertaintyOf(scores) : nearnessOf(scores);
  });
}

double labelsFor(const std::vector<LabelledRound>& curve, double error) {
  for (std::size_t i = 0; i < curve.size(); ++i) {
    if (curve[i].error > error) continue;
    if (i == 0) return static_cast<double>(curve[0].labels);
    const double part = (curve[i - 1].error - error) / (curve[i - 1].error - curve[i].error);
    const auto from = static_cast<double>(curve[i - 1].labels);
    return from + part * (static_cast<double>(curve[i].labels) - from);
  }
  return std::numeric_limits<double>::quiet_NaN();
}

}  // namespace dju::learning
