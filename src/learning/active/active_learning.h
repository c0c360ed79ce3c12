// Active learning, played through: labels of the train split are hidden and asked for a hundred at
// a time, by a strategy and, beside it, by chance. The two curves of error over labels say what
// choosing saves before anybody is asked to listen.
//
// Every choice is on disk (OUT/STRATEGY/round-NN/), so a run that was killed goes on. Callers:
// command/. Blocks; one thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "learning/active/strategies.h"
#include "learning/recipes/model_list.h"
#include "learning/training/trainer.h"

namespace dju::learning {

struct ActiveLearning {
  std::string model;
  Recipe recipe = Recipe::kShipped;
  ModelSettings shape;
  // `epochs`: of each round; weights go on from one round to the next. `out`: where all goes.
  TrainingOptions training;
  Strategy strategy = Strategy::kUncertainty;
  int rounds = 10;
  std::size_t perRound = 100;
  int committee = 3;  // members, where the strategy asks one
};

struct ActiveResult {
  std::vector<LabelledRound> chosen, chance;  // error: mean absolute, on the test split
  double labelsSaved = 0;  // share of the labels that chance needs for its best error; NaN = none
};

// Writes OUT/active.json and OUT/labels.svg.
ActiveResult learnActively(const Dataset& dataset, const ActiveLearning& options,
                           const std::function<void(Strategy, const LabelledRound&)>& report);

// The items of the train split that the models of `folders` would have labelled next: their ids.
std::vector<std::string> chooseForLabelling(const Dataset& dataset,
                                            const std::vector<std::filesystem::path>& folders,
                                            Strategy strategy, std::size_t count);

}  // namespace dju::learning
