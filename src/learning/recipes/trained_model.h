// The folder that training leaves: model.json says what the weights beside it are of. Whoever loads
// a model goes through here, so weights never meet features that they were not trained on.
//
// Callers: command/learn_command.cpp, evaluation/. One thread.
#pragma once

#include <filesystem>
#include <string>

#include "learning/recipes/model_list.h"

namespace dju::learning {

struct ModelCard {
  std::string model;  // name, as in modelNames()
  Recipe recipe = Recipe::kShipped;
  LabelOrder labels = LabelOrder::kTrue;
  std::string definition;  // of the features
  std::size_t frames = 0;
  std::vector<std::string> columns;
  std::vector<std::string> heads;  // labels of the data set it was trained on
  ModelSettings shape;             // what differs from the recipe's
};

ModelCard cardOf(std::string model, Recipe recipe, LabelOrder labels, const DatasetInfo& info,
                 ModelSettings shape = {});
void writeCard(const std::filesystem::path& folder, const ModelCard& card);
// Throws Error when model.json is missing or malformed.
ModelCard readCard(const std::filesystem::path& folder);
// Throws Error naming the first difference when the features of the data set are others.
void expectFits(const std::filesystem::path& folder, const ModelCard& card,
                const DatasetInfo& info);

// The model with the best weights of the folder.
ModelPtr loadModel(const std::filesystem::path& folder, const ModelCard& card,
                   const DatasetInfo& info);

}  // namespace dju::learning
