// Cross-validation by groups: the train split is dealt into folds, each trained on by the others
// and judged by the one that saw nothing of it, so that every item has an honest prediction and no
// lucky split decides. Groups (DJs, performances) are never torn apart.
//
// Folds are trainings of their own in OUT/fold-N: killed and started again, it goes on. Callers:
// command/. Blocks; one thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "learning/recipes/model_list.h"
#include "learning/report/evaluation_report.h"
#include "learning/training/trainer.h"

namespace dju::learning {

struct CrossValidation {
  std::string model;
  Recipe recipe = Recipe::kShipped;
  ModelSettings shape;
  TrainingOptions training;  // `out`: where folds and report go
  int folds = 5;
  std::string by = "dj";  // the member of an item's line that may not be torn apart
};

// The fold of each item, from 0. Groups are dealt by chance, each to the fold with the fewest items
// so far. Throws Error when there are fewer groups than folds.
std::vector<int> dealFolds(const std::vector<std::string>& groups, int folds, std::uint64_t seed);

// Early stopping listens to the data set's validation split. Throws what training throws.
EvaluationReport crossValidate(
    const Dataset& dataset, const CrossValidation& options,
    const std::function<void(int fold, const TrainingProgress&)>& report);

}  // namespace dju::learning
