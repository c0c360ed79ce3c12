// The models by name, and the recipes that say how large each is and how it is trained. Callers:
// tools/learn.cpp. Any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "learning/models/model.h"
#include "learning/recipes/model_settings.h"
#include "learning/training/training_options.h"

namespace dju::learning {

enum class Recipe {
  kDocument,  // the sizes of the project's document, for machines with a GPU
  kShipped,   // what our own weights are made by: small, causal, an hour on two cores
};

std::vector<std::string> modelNames();
// Throws Error listing what there is when the name is another.
Recipe recipeNamed(std::string_view name);
std::string_view nameOf(Recipe recipe);

// `settings`: what differs from the recipe's shape. Throws Error when the name is no model's, the
// data set has not what the model needs, or the model has no such setting.
ModelPtr makeModel(std::string_view name, Recipe recipe, const DatasetInfo& info,
                   const ModelSettings& settings = {});
// The recipe's settings; `out` is empty.
TrainingOptions trainingOf(std::string_view name, Recipe recipe);

}  // namespace dju::learning
