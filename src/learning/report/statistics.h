// Measures of how far predictions are from the truth, with intervals that say how sure they are.
// NaN pairs must have been left out before. Any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace dju::learning {

double mean(std::span<const double> values);
// NaN with fewer than two values or no spread in one of them.
double pearson(std::span<const double> a, std::span<const double> b);
// Pearson of the ranks; equal values share theirs.
double spearman(std::span<const double> a, std::span<const double> b);
// Kendall's tau-b (1945): of all pairs, how many more stand in the same order than in the opposite;
// pairs that are equal in one of the two are accounted for. NaN as pearson.
double kendall(std::span<const double> a, std::span<const double> b);
double meanAbsoluteError(std::span<const double> a, std::span<const double> b);
// R^2 against the truth's mean: 1 is perfect, 0 no better than always saying the mean.
double explainedVariance(std::span<const double> prediction, std::span<const double> truth);

struct Interval {
  double low = 0, high = 0;
};

using PairStatistic =
    std::function<double(std::span<const double> prediction, std::span<const double> truth)>;

// The 95 % percentile bootstrap (Efron and Tibshirani 1993, chapter 13), drawing whole groups:
// windows of one performance are not independent, and intervals that pretend so are too narrow.
// groups: one name an item. Resamples on which the statistic is NaN are left out.
Interval bootstrap(std::span<const double> prediction, std::span<const double> truth,
                   const std::vector<std::string>& groups, const PairStatistic& statistic,
                   int resamples = 1000, std::uint64_t seed = 1);

// How often a statistic at least as large appears when the truth is dealt out anew, (k + 1)/(n +
// 1).
double permutationP(std::span<const double> prediction, std::span<const double> truth,
                    const PairStatistic& statistic, int permutations = 1000,
                    std::uint64_t seed = 1);

// Expected calibration error of predicted probabilities or scores: over ten equal bins of the
// prediction, the mean distance between mean prediction and mean truth, weighted by items.
double calibrationError(std::span<const double> prediction, std::span<const double> truth);

}  // namespace dju::learning
