// What people said of windows of a data set: a file of one JSON object a line, as `dju dataset
// listen` imports them: {"item": "…", "rater": "…", "scores": {"beat_alignment": 0.75, …}}, scores
// 0 to 1. Callers: evaluation/evaluate.h, app/dataset_collect.cpp. Any thread.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "learning/data/dataset.h"
#include "learning/report/evaluation_report.h"

namespace dju::learning {

struct Rating {
  std::string item, rater;
  std::map<std::string, double> scores;
};

// Throws Error naming file and line when it cannot be read.
std::vector<Rating> readRatings(const std::filesystem::path& file);

// Over items that were rated: the model's scores, [target][item], beside the mean of the raters.
// Targets of which fewer than three items were rated are left out.
std::vector<HumanAgreement> agreementWithPeople(const std::vector<Rating>& ratings,
                                                const Split& split,
                                                const std::vector<std::string>& targets,
                                                const std::vector<std::vector<double>>& scores);

}  // namespace dju::learning
