#include "learning/report/evaluation_report.h"

#include <cmath>
#include <cstdio>
#include <limits>
#include <set>

#include "learning/data/json.h"

namespace dju::learning {
namespace {

constexpr std::size_t kFewest = 8;  // items of which a correlation says anything

std::string fixed(double value, int digits = 3) {
  if (!std::isfinite(value)) return "–";
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

Measurement measureOne(const EvaluationInput& input, std::size_t target, const Predictor& predictor,
                       const std::vector<bool>& has, bool first) {
  std::vector<double> prediction;
  std::vector<double> truth;
  std::vector<std::string> groups;
  for (std::size_t item = 0; item < has.size(); ++item) {
    if (!has[item] || std::isnan(input.truth[target][item]) ||
        std::isnan(predictor.scores[target][item]))
      continue;
    prediction.push_back(predictor.scores[target][item]);
    truth.push_back(input.truth[target][item]);
    groups.push_back(input.groups[item]);
  }
  Measurement found;
  found.target = input.targets[target];
  found.predictor = predictor.name;
  found.items = truth.size();
  if (truth.size() < kFewest) return found;
  found.groups = std::set<std::string>(groups.begin(), groups.end()).size();
  found.pearson = pearson(prediction, truth);
  found.interval = bootstrap(prediction, truth, groups, pearson);
  found.p =
      first ? permutationP(prediction, truth, pearson) : std::numeric_limits<double>::quiet_NaN();
  found.spearman = spearman(prediction, truth);
  found.meanAbsoluteError = meanAbsoluteError(prediction, truth);
  found.explainedVariance = explainedVariance(prediction, truth);
  found.calibrationError = calibrationError(prediction, truth);
  return found;
}

std::string rowOf(const Measurement& m) {
  return "| " + m.subset + " | " + m.predictor + " | " + std::to_string(m.items) + " (" +
         std::to_string(m.groups) + ") | " + fixed(m.pearson) + " | " + fixed(m.interval.low) +
         " … " + fixed(m.interval.high) + " | " + fixed(m.p) + " | " + fixed(m.spearman) + " | " +
         fixed(m.meanAbsoluteError) + " | " + fixed(m.explainedVariance) + " | " +
         fixed(m.calibrationError) + " |\n";
}

}  // namespace

std::vector<Measurement> measure(const EvaluationInput& input) {
  std::vector<Subset> subsets = {{"all", {}, std::vector<bool>(input.groups.size(), true)}};
  subsets.insert(subsets.end(), input.subsets.begin(), input.subsets.end());
  std::vector<Measurement> found;
  for (std::size_t target = 0; target < input.targets.size(); ++target) {
    for (const Subset& subset : subsets) {
      if (subset.target && *subset.target != target) continue;
      for (std::size_t i = 0; i < input.predictors.size(); ++i) {
        Measurement one = measureOne(input, target, input.predictors[i], subset.has, i == 0);
        one.subset = subset.name;
        if (one.items >= kFewest) found.push_back(std::move(one));
      }
    }
  }
  return found;
}

std::string markdownOf(const EvaluationReport& report) {
  std::string text = "# " + report.title + "\n\n";
  for (const auto& [name, value] : report.facts) text += "- " + name + ": " + value + "\n";
  text +=
      "\nr: Pearson's correlation with its 95 % bootstrap interval over groups; p: of a "
      "correlation as large from chance; MAE: mean absolute error; R²: of the truth's variance; "
      "ECE: expected calibration error.\n";
  std::string target;
  for (const Measurement& m : report.measurements) {
    if (m.target != target) {
      target = m.target;
      text +=
          "\n## " + target +
          "\n| items of | predictor | items (groups) | r | 95 % | p | Spearman | MAE | R² | ECE |\n"
          "|---|---|---|---|---|---|---|---|---|---|\n";
    }
    text += rowOf(m);
  }
  if (!report.notes.empty()) text += "\n## Notes\n";
  for (const std::string& note : report.notes) text += "- " + note + "\n";
  for (const std::string& chart : report.charts) text += "\n![" + chart + "](" + chart + ")\n";
  return text;
}

std::string jsonOf(const EvaluationReport& report) {
  std::string text = "{\"title\": " + jsonQuoted(report.title) + ",\n \"facts\": {";
  for (std::size_t i = 0; i < report.facts.size(); ++i)
    text += (i > 0 ? ", " : "") + jsonQuoted(report.facts[i].first) + ": " +
            jsonQuoted(report.facts[i].second);
  text += "},\n \"measurements\": [";
  for (std::size_t i = 0; i < report.measurements.size(); ++i) {
    const Measurement& m = report.measurements[i];
    const auto number = [&](const char* name, double value) {
      text += std::string(", \"") + name + "\": " + jsonNumber(value);
    };
    text += (i > 0 ? ",\n  " : "\n  ");
    text += "{\"target\": " + jsonQuoted(m.target) + ", \"subset\": " + jsonQuoted(m.subset) +
            ", \"predictor\": " + jsonQuoted(m.predictor);
    number("items", static_cast<double>(m.items));
    number("groups", static_cast<double>(m.groups));
    number("pearson", m.pearson);
    number("pearson_low", m.interval.low);
    number("pearson_high", m.interval.high);
    number("p", m.p);
    number("spearman", m.spearman);
    number("mean_absolute_error", m.meanAbsoluteError);
    number("explained_variance", m.explainedVariance);
    number("calibration_error", m.calibrationError);
    text += "}";
  }
  text += "\n ],\n \"notes\": [";
  for (std::size_t i = 0; i < report.notes.size(); ++i)
    text += (i > 0 ? ", " : "") + jsonQuoted(report.notes[i]);
  return text + "]}\n";
}

}  // namespace dju::learning
