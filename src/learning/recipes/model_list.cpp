#include "learning/recipes/model_list.h"

#include "core/error.h"
#include "learning/models/creative.h"
#include "learning/models/crowd.h"
#include "learning/models/genre.h"
#include "learning/models/technical.h"
#include "learning/models/transition.h"

namespace dju::learning {
namespace {

struct Entry {
  std::string name;
  ModelPtr (*make)(Recipe recipe, const DatasetInfo& info);
};

// Of the document's sizes or those that ship.
template <typename M, typename Shape>
ModelPtr make(Recipe recipe, const DatasetInfo& info, const Shape& shipped) {
  return std::make_shared<M>(info, recipe == Recipe::kDocument ? Shape::document() : shipped);
}

const std::vector<Entry>& entries() {
  static const std::vector<Entry> kEntries = {
      {"technical",
       [](Recipe recipe, const DatasetInfo& info) {
         return make<TechnicalModel>(recipe, info, TechnicalShape::shipped());
       }},
      {"creative",
       [](Recipe recipe, const DatasetInfo& info) {
         return make<CreativeModel>(recipe, info, CreativeShape::shipped());
       }},
      {"genre",
       [](Recipe recipe, const DatasetInfo& info) {
         return make<GenreModel>(recipe, info, GenreShape{});
       }},
      {"transition",
       [](Recipe recipe, const DatasetInfo& info) {
         return make<TransitionModel>(recipe, info, TransitionShape{});
       }},
      {"crowd",
       [](Recipe recipe, const DatasetInfo& info) {
         return make<CrowdModel>(recipe, info, CrowdShape{});
       }},
  };
  return kEntries;
}

}  // namespace

std::vector<std::string> modelNames() {
  std::vector<std::string> names;
  for (const Entry& entry : entries()) names.push_back(entry.name);
  return names;
}

Recipe recipeNamed(std::string_view name) {
  if (name == "document") return Recipe::kDocument;
  if (name == "shipped") return Recipe::kShipped;
  throw Error(ErrorCode::kInvalid,
              "recipe \"" + std::string(name) + "\": there are document and shipped");
}

std::string_view nameOf(Recipe recipe) {
  return recipe == Recipe::kDocument ? "document" : "shipped";
}

ModelPtr makeModel(std::string_view name, Recipe recipe, const DatasetInfo& info) {
  std::string known;
  for (const Entry& entry : entries()) {
    if (entry.name == name) return entry.make(recipe, info);
    known += (known.empty() ? "" : ", ") + entry.name;
  }
  throw Error(ErrorCode::kInvalid,
              "model \"" + std::string(name) + "\" is unknown; there are " + known);
}

TrainingOptions trainingOf(std::string_view name, Recipe recipe) {
  TrainingOptions options;
  if (recipe == Recipe::kDocument) {
    options.curriculum = {20, 30, 50};
    if (name == "creative") options.optimizer = OptimizerKind::kRmsProp;
    return options;
  }
  options.optimizer = OptimizerKind::kAdamW;
  options.learningRate = 2e-3;
  return options;
}

}  // namespace dju::learning
