// Which of the trained models are good enough to be used: accuracy, speed and agreement with
// people, weighted, against a threshold. What nobody has measured has no weight: as long as people
// have not rated, theirs goes to the others in proportion, and the report says so.
//
// Callers: pipeline/run.h. Plain values; any thread.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/config.h"

namespace dju::pipeline {

struct Weights {
  double accuracy = 0.4, speed = 0.3, human = 0.3;
};

// What an evaluation measured.
struct Measured {
  std::string model;
  double accuracy = 0;          // mean over targets of Pearson's r on the test split, at least 0
  double milliseconds = 0;      // a window takes
  std::optional<double> human;  // mean r with people's ratings; nothing = nobody has rated
};

struct Selected {
  Measured measured;
  double speed = 0;  // 1 within the target latency, else target / latency
  Weights weights;   // as used; they add up to 1
  double score = 0;
  bool chosen = false;  // score > threshold
};

// Of a report.json of `dju_learn evaluate`. Throws Error when it is none.
Measured measuredIn(const std::string& model, const std::filesystem::path& report);

// Throws Error when all weights are 0.
Selected weigh(const Measured& measured, const Weights& weights, double targetLatency,
               double threshold);

std::string markdownOf(const std::vector<Selected>& models, double threshold);
nlohmann::json jsonOf(const std::vector<Selected>& models, double threshold);

}  // namespace dju::pipeline
