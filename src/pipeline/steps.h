// What a pipeline does, step by step: each is one command of ours with a file that is there when it
// is done. Which steps there are follows from the configuration and from what earlier ones left on
// disk (a search decides how a model is trained), so the plan is made anew after each step.
//
// Callers: pipeline/run.h. Reads files; any thread.
#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/config.h"

namespace dju::pipeline {

enum class Phase { kData, kTraining, kEvaluation, kSelection, kDeployment, kMonitoring };
inline constexpr std::array<std::string_view, 6> kPhases = {
    "data", "training", "evaluation", "selection", "deployment", "monitoring"};

struct Step {
  Phase phase = Phase::kData;
  std::string name;                  // "technical, seed 2"
  std::vector<std::string> command;  // the program first: "dju" or "dju_learn"
  std::filesystem::path output;      // what is there when it is done
  std::string key;                   // hash of everything that it depends on
};

// A model that was trained: where it lies and where its report does.
struct TrainedModel {
  std::string name;
  std::filesystem::path folder, report;
};

struct Plan {
  std::vector<Step> steps;  // data, training and evaluation, in order
  std::vector<TrainedModel> models;
  std::filesystem::path data;
};

// Throws Error when settings contradict each other, or data.path is no data set.
Plan planOf(const Config& config, const std::filesystem::path& out);

}  // namespace dju::pipeline
