#include "learning/report/statistics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "core/random.h"

namespace dju::learning {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

std::vector<double> ranksOf(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> ranks(values.size());
  for (std::size_t from = 0; from < order.size();) {
    std::size_t to = from;
    while (to < order.size() && values[order[to]] == values[order[from]]) ++to;
    const double shared = (static_cast<double>(from) + static_cast<double>(to) - 1) / 2;
    for (; from < to; ++from) ranks[order[from]] = shared;
  }
  return ranks;
}

}  // namespace

double mean(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double pearson(std::span<const double> a, std::span<const double> b) {
  if (a.size() < 2) return kNaN;
  const double meanA = mean(a);
  const double meanB = mean(b);
  double ab = 0;
  double aa = 0;
  double bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ab += (a[i] - meanA) * (b[i] - meanB);
    aa += (a[i] - meanA) * (a[i] - meanA);
    bb += (b[i] - meanB) * (b[i] - meanB);
  }
  // What rounding leaves of a constant is no spread.
  const auto flat = [&](double squares, double centre) {
    return squares <= 1e-20 * static_cast<double>(a.size()) * std::max(1.0, centre * centre);
  };
  return flat(aa, meanA) || flat(bb, meanB) ? kNaN : ab / std::sqrt(aa * bb);
}

double spearman(std::span<const double> a, std::span<const double> b) {
  return pearson(ranksOf(a), ranksOf(b));
}

double kendall(std::span<const double> a, std::span<const double> b) {
  double balance = 0;
  double ordersA = 0;
  double ordersB = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const int orderA = (a[i] > a[j]) - (a[i] < a[j]);
      const int orderB = (b[i] > b[j]) - (b[i] < b[j]);
      balance += orderA * orderB;
      ordersA += orderA * orderA;
      ordersB += orderB * orderB;
    }
  }
  return balance / std::sqrt(ordersA * ordersB);
}

double meanAbsoluteError(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += std::fabs(a[i] - b[i]);
  return sum / static_cast<double>(a.size());
}

double explainedVariance(std::span<const double> prediction, std::span<const double> truth) {
  const double centre = mean(truth);
  double wrong = 0;
  double all = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    wrong += (truth[i] - prediction[i]) * (truth[i] - prediction[i]);
    all += (truth[i] - centre) * (truth[i] - centre);
  }
  return all > 0 ? 1 - wrong / all : kNaN;
}

Interval bootstrap(std::span<const double> prediction, std::span<const double> truth,
                   const std::vector<std::string>& groups, const PairStatistic& statistic,
                   int resamples, std::uint64_t seed) {
  std::map<std::string, std::vector<std::size_t>> byName;
  for (std::size_t i = 0; i < groups.size(); ++i) byName[groups[i]].push_back(i);
  std::vector<const std::vector<std::size_t>*> members;
  for (const auto& [name, items] : byName) members.push_back(&items);
  Random random(seed);
  std::vector<double> found;
  std::vector<double> p;
  std::vector<double> t;
  for (int n = 0; n < resamples; ++n) {
    p.clear();
    t.clear();
    for (std::size_t g = 0; g < members.size(); ++g) {
      const auto drawn = static_cast<std::size_t>(random.below(static_cast<int>(members.size())));
      for (const std::size_t item : *members[drawn]) {
        p.push_back(prediction[item]);
        t.push_back(truth[item]);
      }
    }
    const double value = statistic(p, t);
    if (std::isfinite(value)) found.push_back(value);
  }
  if (found.empty()) return {kNaN, kNaN};
  std::sort(found.begin(), found.end());
  const auto at = [&](double share) {
    return found[static_cast<std::size_t>(
        std::lround(share * static_cast<double>(found.size() - 1)))];
  };
  return {at(0.025), at(0.975)};
}

double permutationP(std::span<const double> prediction, std::span<const double> truth,
                    const PairStatistic& statistic, int permutations, std::uint64_t seed) {
  const double seen = statistic(prediction, truth);
  if (!std::isfinite(seen)) return kNaN;
  Random random(seed);
  std::vector<double> dealt(truth.begin(), truth.end());
  int asLarge = 0;
  for (int n = 0; n < permutations; ++n) {
    for (std::size_t i = dealt.size(); i > 1; --i)
      std::swap(dealt[i - 1], dealt[static_cast<std::size_t>(random.below(static_cast<int>(i)))]);
    if (statistic(prediction, dealt) >= seen) ++asLarge;
  }
  return (asLarge + 1.0) / (permutations + 1.0);
}

double calibrationError(std::span<const double> prediction, std::span<const double> truth) {
  constexpr int kBins = 10;
  std::array<double, kBins> predicted{};
  std::array<double, kBins> happened{};
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const auto bin =
        static_cast<std::size_t>(std::clamp(static_cast<int>(prediction[i] * kBins), 0, kBins - 1));
    predicted[bin] += prediction[i];
    happened[bin] += truth[i];
  }
  double sum = 0;
  for (std::size_t bin = 0; bin < kBins; ++bin) sum += std::fabs(predicted[bin] - happened[bin]);
  return sum / static_cast<double>(truth.size());
}

}  // namespace dju::learning
