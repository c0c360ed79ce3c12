#include "learning/evaluation/cross_validation.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <map>

#include "core/error.h"
#include "learning/data/whole_file.h"
#include "learning/evaluation/score_tables.h"
#include "learning/recipes/trained_model.h"
#include "learning/training/batches.h"

namespace dju::learning {
namespace {

namespace fs = std::filesystem;

std::vector<std::size_t> itemsOf(const std::vector<int>& folds, int fold, bool inside) {
  std::vector<std::size_t> items;
  for (std::size_t item = 0; item < folds.size(); ++item)
    if ((folds[item] == fold) == inside) items.push_back(item);
  return items;
}

Split part(const Dataset& dataset, const std::vector<std::size_t>& items) {
  Split split = dataset.open(SplitName::kTrain);
  split.keep(items);
  return split;
}

// What a model says of the fold that it has not seen.
ScoreTable judgeFold(const Dataset& dataset, const CrossValidation& options,
                     const std::vector<int>& folds, int fold,
                     const std::function<void(int, const TrainingProgress&)>& report) {
  TrainingOptions training = options.training;
  training.out = options.training.out / ("fold-" + std::to_string(fold + 1));
  torch::manual_seed(training.seed);
  const ModelPtr model = makeModel(options.model, options.recipe, dataset.info(), options.shape);
  fs::create_directories(training.out);
  writeCard(training.out,
            cardOf(options.model, options.recipe, training.labels, dataset.info(), options.shape));
  train(*model, dataset.info(), part(dataset, itemsOf(folds, fold, false)),
        dataset.open(SplitName::kValidation), training,
        [&](const TrainingProgress& progress) { report(fold + 1, progress); });
  return tableOf(
      scoreSplit(*model, dataset.info(), part(dataset, itemsOf(folds, fold, true)), training)
          .scores);
}

// How far the folds differ, in one sentence a target.
std::string spreadOf(const EvaluationInput& input, std::size_t target,
                     const std::vector<int>& folds, int count) {
  std::string text = input.targets[target] + ": Pearson's r by fold";
  for (int fold = 0; fold < count; ++fold) {
    std::vector<double> said;
    std::vector<double> truth;
    for (const std::size_t item : itemsOf(folds, fold, true)) {
      if (std::isnan(input.truth[target][item])) continue;
      said.push_back(input.predictors[0].scores[target][item]);
      truth.push_back(input.truth[target][item]);
    }
    char number[64];
    std::snprintf(number, sizeof number, "%s %.3f (%zu items)", fold > 0 ? "," : "",
                  pearson(said, truth), said.size());
    text += number;
  }
  return text + ".";
}

// The mean of the labels of the other folds.
Predictor meanOfOthers(const ScoreTable& truth, const std::vector<int>& folds) {
  Predictor mean{"mean", truth};
  for (std::size_t target = 0; target < truth.size(); ++target) {
    std::map<int, std::pair<double, double>> sums;
    double sum = 0;
    double count = 0;
    for (std::size_t item = 0; item < folds.size(); ++item) {
      if (std::isnan(truth[target][item])) continue;
      sums[folds[item]].first += truth[target][item];
      sums[folds[item]].second += 1;
      sum += truth[target][item];
      ++count;
    }
    for (std::size_t item = 0; item < folds.size(); ++item) {
      const auto& own = sums[folds[item]];
      mean.scores[target][item] = (sum - own.first) / std::max(1.0, count - own.second);
    }
  }
  return mean;
}

}  // namespace

std::vector<int> dealFolds(const std::vector<std::string>& groups, int folds, std::uint64_t seed) {
  std::map<std::string, std::vector<std::size_t>> members;
  for (std::size_t item = 0; item < groups.size(); ++item) members[groups[item]].push_back(item);
  if (members.size() < static_cast<std::size_t>(folds))
    throw Error(ErrorCode::kInvalid, std::to_string(folds) + " folds of " +
                                         std::to_string(members.size()) +
                                         " groups: choose fewer folds or smaller groups (--by)");
  std::vector<const std::vector<std::size_t>*> order;
  for (const auto& [name, items] : members) order.push_back(&items);
  const std::vector<std::size_t> chance = shuffled(order.size(), seed);
  std::vector<std::size_t> sizes(static_cast<std::size_t>(folds));
  std::vector<int> dealt(groups.size());
  for (const std::size_t i : chance) {
    const auto least = std::min_element(sizes.begin(), sizes.end());
    *least += order[i]->size();
    for (const std::size_t item : *order[i]) dealt[item] = static_cast<int>(least - sizes.begin());
  }
  return dealt;
}

EvaluationReport crossValidate(
    const Dataset& dataset, const CrossValidation& options,
    const std::function<void(int fold, const TrainingProgress&)>& report) {
  const Split split = dataset.open(SplitName::kTrain);
  const std::vector<int> folds =
      dealFolds(groupsOf(split, options.by), options.folds, options.training.seed);
  const ModelPtr model = makeModel(options.model, options.recipe, dataset.info(), options.shape);
  EvaluationInput input;
  input.targets = model->targets();
  input.truth = truthOf(*model, split);
  input.groups = groupsOf(split);
  input.predictors = {
      {"model", ScoreTable(input.targets.size(), std::vector<double>(split.items()))},
      meanOfOthers(input.truth, folds)};
  for (int fold = 0; fold < options.folds; ++fold) {
    const ScoreTable said = judgeFold(dataset, options, folds, fold, report);
    const std::vector<std::size_t> items = itemsOf(folds, fold, true);
    for (std::size_t target = 0; target < said.size(); ++target)
      for (std::size_t i = 0; i < items.size(); ++i)
        input.predictors[0].scores[target][items[i]] = said[target][i];
  }
  EvaluationReport found;
  found.title = options.model + " model, " + std::to_string(options.folds) +
                "-fold cross-validation by " + options.by;
  found.facts = {{"feature definition", dataset.info().definition},
                 {"items", std::to_string(split.items()) +
                               " of the train split, each judged by a "
                               "model that saw nothing of its " +
                               options.by}};
  found.measurements = measure(input);
  found.rankings = rankings(input, groupsOf(split, "dj"));
  for (std::size_t target = 0; target < input.targets.size(); ++target)
    found.notes.push_back(spreadOf(input, target, folds, options.folds));
  writeWholeFile(options.training.out / "report.md", markdownOf(found));
  writeWholeFile(options.training.out / "report.json", jsonOf(found));
  return found;
}

}  // namespace dju::learning
