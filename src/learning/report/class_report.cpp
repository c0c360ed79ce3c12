#include "learning/report/class_report.h"

#include <cmath>
#include <cstdio>
#include <map>

namespace dju::learning {
namespace {

std::string text(const char* format, double value) {
  char out[48];
  std::snprintf(out, sizeof out, format, value);
  return out;
}

std::string intervalText(const Interval& interval) {
  return text("%.3f", interval.low) + " … " + text("%.3f", interval.high);
}

std::size_t likeliest(const std::vector<std::vector<double>>& scores, const ChoiceRange& range,
                      std::size_t item) {
  std::size_t best = range.first;
  for (std::size_t i = range.first; i < range.first + range.count; ++i)
    if (scores[i][item] > scores[best][item]) best = i;
  return best;
}

// What was chosen and what was true, as numbers of targets, where both are known.
struct Choices {
  std::vector<double> chosen, truth;
  std::vector<std::string> groups;
};

Choices choicesOf(const EvaluationInput& input, const Predictor& predictor,
                  const ChoiceRange& range) {
  Choices choices;
  for (std::size_t item = 0; item < input.groups.size(); ++item) {
    if (std::isnan(input.truth[range.first][item]) ||
        std::isnan(predictor.scores[range.first][item]))
      continue;
    choices.chosen.push_back(static_cast<double>(likeliest(predictor.scores, range, item)));
    choices.truth.push_back(static_cast<double>(likeliest(input.truth, range, item)));
    choices.groups.push_back(input.groups[item]);
  }
  return choices;
}

double shareEqual(std::span<const double> chosen, std::span<const double> truth) {
  double equal = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) equal += chosen[i] == truth[i] ? 1 : 0;
  return truth.empty() ? std::nan("") : equal / static_cast<double>(truth.size());
}

// Of a window: nothing there, one found at its place, one said to be elsewhere.
constexpr double kNothing = 0, kAtItsPlace = 1, kElsewhere = 2;

double harmonicMean(std::span<const double> said, std::span<const double> truth) {
  double right = 0, wrong = 0, missed = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    right += said[i] == kAtItsPlace ? 1 : 0;
    wrong += said[i] == kElsewhere ? 1 : 0;
    missed += truth[i] != 0 && said[i] != kAtItsPlace ? 1 : 0;
  }
  return right + wrong + missed > 0 ? 2 * right / (2 * right + wrong + missed) : std::nan("");
}

double foundIn(const EvaluationInput& input, const Predictor& predictor,
               const PlaceTargets& targets, double tolerance, std::size_t item) {
  if (predictor.scores[targets.none][item] >= 0.5) return kNothing;
  for (const std::size_t place : {targets.start, targets.end}) {
    const double apart = predictor.scores[place][item] - input.truth[place][item];
    if (!(std::fabs(apart) * targets.beatsAWindow <= tolerance)) return kElsewhere;
  }
  return kAtItsPlace;
}

}  // namespace

std::vector<ReportTable> choiceTables(const EvaluationInput& input, const ChoiceRange& range,
                                      const std::string& title) {
  ReportTable all{title, {"predictor", "items", "right", "95 %"}, {}};
  ReportTable each{title + ", name by name", {"name", "items", "right"}, {}};
  std::map<std::size_t, std::pair<double, double>> byName;  // items, right
  for (const Predictor& predictor : input.predictors) {
    const Choices choices = choicesOf(input, predictor, range);
    if (choices.truth.empty()) continue;
    all.rows.push_back(
        {predictor.name, std::to_string(choices.truth.size()),
         text("%.3f", shareEqual(choices.chosen, choices.truth)),
         intervalText(bootstrap(choices.chosen, choices.truth, choices.groups, shareEqual))});
    if (&predictor != &input.predictors.front()) continue;
    for (std::size_t i = 0; i < choices.truth.size(); ++i) {
      auto& [items, right] = byName[static_cast<std::size_t>(choices.truth[i])];
      ++items;
      right += choices.chosen[i] == choices.truth[i] ? 1 : 0;
    }
  }
  for (const auto& [name, counts] : byName)
    each.rows.push_back({input.targets[name], text("%.0f", counts.first),
                         text("%.3f", counts.second / counts.first)});
  return {all, each};
}

ReportTable transitionsFoundTable(const EvaluationInput& input, const PlaceTargets& targets,
                                  double toleranceBeats) {
  ReportTable table{"Transitions found within " + text("%.0f", toleranceBeats) + " beats",
                    {"predictor", "windows", "F1", "95 %"},
                    {}};
  for (const Predictor& predictor : input.predictors) {
    std::vector<double> said, truth;
    std::vector<std::string> groups;
    for (std::size_t item = 0; item < input.groups.size(); ++item) {
      if (std::isnan(input.truth[targets.none][item]) ||
          std::isnan(predictor.scores[targets.none][item]))
        continue;
      truth.push_back(input.truth[targets.none][item] == 0 ? 1 : 0);
      said.push_back(foundIn(input, predictor, targets, toleranceBeats, item));
      groups.push_back(input.groups[item]);
    }
    if (truth.empty()) continue;
    table.rows.push_back({predictor.name, std::to_string(truth.size()),
                          text("%.3f", harmonicMean(said, truth)),
                          intervalText(bootstrap(said, truth, groups, harmonicMean))});
  }
  return table;
}

}  // namespace dju::learning
