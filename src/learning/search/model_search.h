// A search whose trials are trainings: better hyperparameters of a model, or an architecture
// (models/layered.h). Callers: command/search_command.cpp. Blocks; one thread.
#pragma once

#include <functional>

#include "learning/recipes/model_list.h"
#include "learning/search/genetic_search.h"
#include "learning/training/training_options.h"

namespace dju::learning {

struct ModelSearch {
  std::string model;
  Recipe recipe = Recipe::kShipped;
  std::string space = "hyperparameters";  // or "architecture"
  TrainingOptions training;               // of a trial; `out`: where the search goes
  GeneticSearch genetic;
};

// OUT/trials.jsonl has every trial, OUT/best.json the best one's settings, OUT/search.svg the best
// loss over trials. Trials are not kept: train the best one with its settings.
Trial searchModel(const Dataset& dataset, const ModelSearch& options,
                  const std::function<void(const Trial&)>& report);

// What `dju train` is told to train the trial.
struct FoundTraining {
  double rate = 0;
  int batch = 0;
  std::string shape;  // as --shape reads it
};
FoundTraining foundTraining(const ModelSearch& options, const Trial& trial);

}  // namespace dju::learning
