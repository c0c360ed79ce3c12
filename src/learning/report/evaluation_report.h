// A table of how good predictions are, made to convince a sceptic: every figure has its number of
// items, its interval and what the plain models reach on the same items beside it.
//
// Callers: evaluation/evaluate.h. Plain values; any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "learning/report/statistics.h"

namespace dju::learning {

// What one predictor says of one target: a value an item, NaN = it says nothing of this target.
struct Predictor {
  std::string name;
  std::vector<std::vector<double>> scores;  // [target][item]
};

// Items looked at alone: a genre, a band of offsets.
struct Subset {
  std::string name;
  std::optional<std::size_t> target;  // the only target that it is shown for; nothing = each
  std::vector<bool> has;              // [item]
};

struct Measurement {
  std::string target, subset, predictor;
  std::size_t items = 0, groups = 0;
  double pearson = 0;  // NaN where a predictor or the truth says one value only
  Interval interval;   // of pearson, 95 %, over groups
  double p = 0;        // that pearson comes from chance; NaN where it was not asked
  double spearman = 0, meanAbsoluteError = 0, explainedVariance = 0, calibrationError = 0;
};

struct EvaluationInput {
  std::vector<std::string> targets;
  std::vector<std::vector<double>> truth;  // [target][item], NaN = not known
  std::vector<std::string> groups;         // [item] what bootstraps draw
  std::vector<Predictor> predictors;       // the model first
  std::vector<Subset> subsets;             // beside "all"
};

// Each target, subset and predictor, in this order. Subsets with fewer than eight items are left
// out.
std::vector<Measurement> measure(const EvaluationInput& input);

// Who stands where: items' means by who played them, as the model and as the truth rank them.
struct Ranking {
  std::string target;
  std::size_t ranked = 0;  // how many played
  double kendall = 0;      // tau-b of the two rankings
  double p = 0;            // that it comes from chance
  // Of the truth's best k, the share that is among the model's; NaN with fewer than 2 k ranked.
  std::vector<std::pair<int, double>> top;  // k = 3, 5, 10
};

// Of the first predictor. who: one name an item. Targets with fewer than three names are left out.
std::vector<Ranking> rankings(const EvaluationInput& input, const std::vector<std::string>& who);

// How a model's scores go with the means of what people said of the same items.
struct HumanAgreement {
  std::string target;
  std::size_t items = 0, raters = 0;
  double pearson = 0, spearman = 0;
};

struct ReportTable {
  std::string title;
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
};

struct EvaluationReport {
  std::string title;
  std::vector<std::pair<std::string, std::string>> facts;  // "data set" → "…"
  std::vector<Measurement> measurements;
  std::vector<ReportTable> tables;  // what correlations do not say
  std::vector<Ranking> rankings;
  std::vector<HumanAgreement> humans;  // empty: nobody has rated
  double windowMilliseconds = 0;       // one window, one thread; 0 = not measured
  std::vector<std::string> notes;      // sentences
  std::vector<std::string> charts;     // file names of SVGs beside the report
};

std::string markdownOf(const EvaluationReport& report);
std::string jsonOf(const EvaluationReport& report);

}  // namespace dju::learning
