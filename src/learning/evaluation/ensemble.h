// Several trainings of one model that differ by seed, as one: their mean, calibrated on the
// validation split, and how far off it may be. Members that agree are right more often; how much
// more is learned on that split, too, so that the error it expects is one that was seen.
//
// Callers: command/learn_command.cpp, evaluation/evaluate.h. One thread.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "learning/models/model.h"
#include "learning/report/isotonic.h"

namespace dju::learning {

struct EnsembleScores {
  // [target][item]
  std::vector<std::vector<double>> scores;
  std::vector<std::vector<double>> expectedErrors;        // absolute
  std::vector<std::vector<std::vector<double>>> members;  // [member], as scores, not calibrated
};

class Ensemble {
 public:
  // Throws Error when there are fewer than two members, they are not of one model, or do not fit
  // the data set.
  static Ensemble fit(const std::vector<std::filesystem::path>& members, const Dataset& dataset);
  // ensemble.json of a folder. Throws Error when it is missing or malformed, or a member is.
  static Ensemble load(const std::filesystem::path& folder, const DatasetInfo& info);
  static bool isIn(const std::filesystem::path& folder);
  void save(const std::filesystem::path& folder) const;

  const std::string& modelName() const { return model_; }
  const ModelPtr& member() const { return models_.front(); }
  EnsembleScores score(const DatasetInfo& info, const Split& split) const;

 private:
  Ensemble(const std::vector<std::filesystem::path>& members, const DatasetInfo& info);

  std::string model_;
  std::vector<std::filesystem::path> folders_;
  std::vector<ModelPtr> models_;
  // A target each: mean of the members to score, their spread to expected error.
  std::vector<IsotonicCurve> calibration_, error_;
};

}  // namespace dju::learning
