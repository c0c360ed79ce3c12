#include "learning/evaluation/ensemble.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>

#include "core/error.h"
#include "learning/data/json.h"
#include "learning/data/whole_file.h"
#include "learning/evaluation/score_tables.h"
#include "learning/recipes/trained_model.h"
#include "learning/training/trainer.h"

namespace dju::learning {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFile = "ensemble.json";

struct MeanAndSpread {
  ScoreTable mean, spread;
};

MeanAndSpread meanAndSpread(const std::vector<ScoreTable>& members) {
  MeanAndSpread result{members.front(), members.front()};
  const auto count = static_cast<double>(members.size());
  for (std::size_t target = 0; target < result.mean.size(); ++target) {
    for (std::size_t item = 0; item < result.mean[target].size(); ++item) {
      double sum = 0;
      double squares = 0;
      for (const ScoreTable& member : members) {
        sum += member[target][item];
        squares += member[target][item] * member[target][item];
      }
      const double mean = sum / count;
      result.mean[target][item] = mean;
      result.spread[target][item] = std::sqrt(std::max(0.0, squares / count - mean * mean));
    }
  }
  return result;
}

std::string jsonOf(const IsotonicCurve& curve) {
  const auto list = [](const std::vector<double>& values) {
    std::string text = "[";
    for (const double value : values) {
      if (text.size() > 1) text += ", ";
      text += jsonNumber(value);
    }
    return text + "]";
  };
  return "{\"x\": " + list(curve.x()) + ", \"y\": " + list(curve.y()) + "}";
}

IsotonicCurve curveOf(const fs::path& file, const Json* json) {
  const auto numbers = [&](const char* key) {
    std::vector<double> values;
    const Json* list = json != nullptr ? json->find(key) : nullptr;
    if (list == nullptr || list->array() == nullptr)
      throw Error(ErrorCode::kInvalid, file.string() + ": a curve without \"" + key + "\"");
    for (const Json& value : *list->array()) {
      if (value.number() == nullptr)
        throw Error(ErrorCode::kInvalid, file.string() + ": a curve's corner is no number");
      values.push_back(*value.number());
    }
    return values;
  };
  return {numbers("x"), numbers("y")};
}

const Json::Array& listIn(const fs::path& file, const Json& json, const char* key) {
  const Json* list = json.find(key);
  if (list == nullptr || list->array() == nullptr)
    throw Error(ErrorCode::kInvalid, file.string() + ": no list \"" + key + "\"");
  return *list->array();
}

}  // namespace

Ensemble::Ensemble(const std::vector<fs::path>& members, const DatasetInfo& info) {
  if (members.size() < 2)
    throw Error(ErrorCode::kInvalid,
                "an ensemble needs two members or more, each a folder that "
                "training made with another --seed");
  for (const fs::path& folder : members) {
    const ModelCard card = readCard(folder);
    if (model_.empty()) model_ = card.model;
    if (card.model != model_)
      throw Error(ErrorCode::kInvalid,
                  folder.string() + ": a " + card.model + " model among models called " + model_);
    folders_.push_back(fs::absolute(folder));
    models_.push_back(loadModel(folder, card, info));
  }
}

Ensemble Ensemble::fit(const std::vector<fs::path>& members, const Dataset& dataset) {
  Ensemble ensemble(members, dataset.info());
  const Split split = dataset.open(SplitName::kValidation);
  std::vector<ScoreTable> scores;
  ScoreTable truth;
  for (const ModelPtr& model : ensemble.models_) {
    const SplitScores found = scoreSplit(*model, dataset.info(), split, {});
    scores.push_back(tableOf(found.scores));
    truth = tableOf(found.targets);
  }
  const MeanAndSpread all = meanAndSpread(scores);
  for (std::size_t target = 0; target < truth.size(); ++target) {
    std::vector<double> mean;
    std::vector<double> spread;
    std::vector<double> known;
    for (std::size_t item = 0; item < truth[target].size(); ++item) {
      if (std::isnan(truth[target][item])) continue;
      mean.push_back(all.mean[target][item]);
      spread.push_back(all.spread[target][item]);
      known.push_back(truth[target][item]);
    }
    if (known.empty()) {
      mean = known = {0, 1};
      spread = {0, 0};
    }
    const IsotonicCurve calibration = IsotonicCurve::fit(mean, known);
    std::vector<double> errors;
    for (std::size_t i = 0; i < known.size(); ++i)
      errors.push_back(std::fabs(calibration(mean[i]) - known[i]));
    ensemble.error_.push_back(IsotonicCurve::fit(spread, errors));
    ensemble.calibration_.push_back(calibration);
  }
  return ensemble;
}

bool Ensemble::isIn(const fs::path& folder) {
  return fs::exists(folder / kFile);
}

void Ensemble::save(const fs::path& folder) const {
  // Where a relative path leads from is known of a folder that is there.
  fs::create_directories(folder);
  std::string text = "{\"members\": [";
  for (std::size_t i = 0; i < folders_.size(); ++i)
    text += (i > 0 ? ", " : "") + jsonQuoted(fs::relative(folders_[i], folder).string());
  text += "],\n \"targets\": [";
  for (std::size_t i = 0; i < calibration_.size(); ++i)
    text += (i > 0 ? ",\n  " : "\n  ") + ("{\"name\": " + jsonQuoted(member()->targets()[i])) +
            ", \"calibration\": " + jsonOf(calibration_[i]) + ", \"error\": " + jsonOf(error_[i]) +
            "}";
  writeWholeFile(folder / kFile, text + "\n ]}\n");
}

Ensemble Ensemble::load(const fs::path& folder, const DatasetInfo& info) {
  const fs::path file = folder / kFile;
  std::ifstream in(file);
  if (!in) throw Error(ErrorCode::kNotFound, file.string() + ": cannot be read");
  std::ostringstream text;
  text << in.rdbuf();
  const auto json = Json::parse(text.str());
  if (!json) throw Error(ErrorCode::kInvalid, file.string() + ": " + json.error().what());
  std::vector<fs::path> members;
  for (const Json& member : listIn(file, *json, "members")) {
    if (member.string() == nullptr)
      throw Error(ErrorCode::kInvalid, file.string() + ": a member that is no folder's name");
    members.push_back(folder / *member.string());
  }
  Ensemble ensemble(members, info);
  for (const Json& target : listIn(file, *json, "targets")) {
    ensemble.calibration_.push_back(curveOf(file, target.find("calibration")));
    ensemble.error_.push_back(curveOf(file, target.find("error")));
  }
  if (ensemble.calibration_.size() != ensemble.member()->targets().size())
    throw Error(ErrorCode::kInvalid, file.string() + ": curves for another number of targets");
  return ensemble;
}

EnsembleScores Ensemble::score(const DatasetInfo& info, const Split& split) const {
  EnsembleScores result;
  for (const ModelPtr& model : models_)
    result.members.push_back(tableOf(scoreSplit(*model, info, split, {}).scores));
  MeanAndSpread all = meanAndSpread(result.members);
  for (std::size_t target = 0; target < all.mean.size(); ++target) {
    for (double& value : all.mean[target]) value = calibration_[target](value);
    for (double& value : all.spread[target]) value = error_[target](value);
  }
  result.scores = std::move(all.mean);
  result.expectedErrors = std::move(all.spread);
  return result;
}

}  // namespace dju::learning
