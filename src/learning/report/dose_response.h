// Dose and response: what a model says as one thing alone is changed and all else of a recording is
// kept, e.g. how late the second record is. A judge is believed when its score falls with every
// step of what matters and stays where it does not.
//
// Callers: evaluation/evaluate.h. Plain values; any thread.
#pragma once

#include <string>
#include <vector>

#include "learning/report/evaluation_report.h"

namespace dju::learning {

// A table for each target that is known of some item: condition by condition, in the order in which
// they occur, the mean of the truth and of the first predictor, and how far the latter is from the
// same groups' first condition, with its 95 % bootstrap interval over groups. conditions: one an
// item, "" = none. Without two conditions: no tables.
std::vector<ReportTable> doseTables(const EvaluationInput& input,
                                    const std::vector<std::string>& conditions);

}  // namespace dju::learning
