// How well names were chosen (a genre, a type of transition) and transitions found, beside what the
// commonest name would reach. Callers: evaluation/evaluate.h. Plain values; any thread.
#pragma once

#include <string>
#include <vector>

#include "learning/report/evaluation_report.h"

namespace dju::learning {

// Targets [first, first + count) of an input are one choice: their truths are 1 and 0s.
struct ChoiceRange {
  std::size_t first = 0, count = 0;
};

// For each predictor the share of items whose likeliest name is the true one, with its 95 %
// bootstrap interval over groups; then for each name how often the first predictor chose it where
// it was true.
std::vector<ReportTable> choiceTables(const EvaluationInput& input, const ChoiceRange& range,
                                      const std::string& title);

// What a window shows: `start` and `end` are targets whose unit, the window's length, is
// `beatsAWindow`; `none` is the target that says that there is no transition. One is found where a
// predictor says that there is one, and start and end lie within `tolerance` beats of the truth;
// one that lies elsewhere counts as missed and as wrongly found.
struct PlaceTargets {
  std::size_t start = 0, end = 0, none = 0;
  double beatsAWindow = 0;
};
ReportTable transitionsFoundTable(const EvaluationInput& input, const PlaceTargets& targets,
                                  double toleranceBeats);

}  // namespace dju::learning
