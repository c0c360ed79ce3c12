#include "learning/recipes/trained_model.h"

#include <fstream>
#include <sstream>

#include "core/error.h"
#include "learning/data/json.h"
#include "learning/data/whole_file.h"
#include "learning/training/checkpoint.h"

namespace dju::learning {
namespace {

namespace fs = std::filesystem;

std::string quotedList(const std::vector<std::string>& names) {
  std::string text = "[";
  for (const std::string& name : names) {
    if (text.size() > 1) text += ", ";
    text += jsonQuoted(name);
  }
  return text + "]";
}

std::string stringIn(const fs::path& file, const Json& json, const char* key) {
  const Json* value = json.find(key);
  if (value == nullptr || value->string() == nullptr)
    throw Error(ErrorCode::kInvalid, file.string() + ": no \"" + key + "\"");
  return *value->string();
}

std::vector<std::string> listIn(const fs::path& file, const Json& json, const char* key) {
  const Json* value = json.find(key);
  std::vector<std::string> names;
  if (value != nullptr && value->array() != nullptr) {
    for (const Json& name : *value->array())
      if (name.string() != nullptr) names.push_back(*name.string());
  }
  if (names.empty()) throw Error(ErrorCode::kInvalid, file.string() + ": no \"" + key + "\"");
  return names;
}

}  // namespace

ModelCard cardOf(std::string model, Recipe recipe, LabelOrder labels, const DatasetInfo& info,
                 ModelSettings shape) {
  return {std::move(model), recipe,       labels,      info.definition,
          info.frames,      info.columns, info.labels, std::move(shape)};
}

void writeCard(const fs::path& folder, const ModelCard& card) {
  writeWholeFile(folder / "model.json",
                 "{\"model\": " + jsonQuoted(card.model) +
                     ",\n \"recipe\": " + jsonQuoted(nameOf(card.recipe)) + ",\n \"labels\": " +
                     (card.labels == LabelOrder::kTrue ? "\"true\"" : "\"shuffled\"") +
                     ",\n \"definition\": " + jsonQuoted(card.definition) + ",\n \"frames\": " +
                     std::to_string(card.frames) + ",\n \"heads\": " + quotedList(card.heads) +
                     ",\n \"columns\": " + quotedList(card.columns) +
                     ",\n \"shape\": " + jsonOf(card.shape) + "}\n");
}

ModelCard readCard(const fs::path& folder) {
  const fs::path file = folder / "model.json";
  std::ifstream in(file);
  if (!in)
    throw Error(ErrorCode::kNotFound,
                file.string() + ": cannot be read; name a folder that training made");
  std::ostringstream text;
  text << in.rdbuf();
  const auto json = Json::parse(text.str());
  if (!json) throw Error(ErrorCode::kInvalid, file.string() + ": " + json.error().what());
  const Json* frames = json->find("frames");
  if (frames == nullptr || frames->number() == nullptr)
    throw Error(ErrorCode::kInvalid, file.string() + ": no \"frames\"");
  const Json* const shape = json->find("shape");
  return {stringIn(file, *json, "model"),
          recipeNamed(stringIn(file, *json, "recipe")),
          stringIn(file, *json, "labels") == "true" ? LabelOrder::kTrue : LabelOrder::kShuffled,
          stringIn(file, *json, "definition"),
          static_cast<std::size_t>(*frames->number()),
          listIn(file, *json, "columns"),
          listIn(file, *json, "heads"),
          shape != nullptr ? modelSettingsIn(*shape) : ModelSettings()};
}

void expectFits(const fs::path& folder, const ModelCard& card, const DatasetInfo& info) {
  const auto differs = [&](const std::string& what, const std::string& own,
                           const std::string& other) {
    throw Error(ErrorCode::kConflict, folder.string() + ": trained on " + what + " " + own +
                                          ", the data set has " + other +
                                          "; train again or make the data set again");
  };
  if (card.definition != info.definition)
    differs("feature definition", card.definition, info.definition);
  if (card.frames != info.frames)
    differs("windows of", std::to_string(card.frames) + " frames", std::to_string(info.frames));
  if (card.columns != info.columns)
    differs("columns", std::to_string(card.columns.size()) + " (" + card.columns.front() + " …)",
            std::to_string(info.columns.size()) + " (" +
                (info.columns.empty() ? "" : info.columns.front()) + " …)");
}

ModelPtr loadModel(const fs::path& folder, const ModelCard& card, const DatasetInfo& info) {
  expectFits(folder, card, info);
  ModelPtr model = makeModel(card.model, card.recipe, info, card.shape);
  loadWeights(folder / "best.pt", *model);
  return model;
}

}  // namespace dju::learning
