// Measures a trained model on a split it has not seen, beside the plain predictors, and writes
// report.md, report.json and SVG charts.
//
// Callers: command/learn_command.cpp. Blocks; one thread.
#pragma once

#include <filesystem>

#include "learning/data/dataset.h"
#include "learning/report/evaluation_report.h"

namespace dju::learning {

struct EvaluationOptions {
  std::filesystem::path model;    // a folder that training made
  std::filesystem::path control;  // one trained with shuffled labels; empty = none
  std::filesystem::path ratings;  // what people said (human_ratings.h); empty = nobody has
  std::filesystem::path out;      // the report's folder
  SplitName split = SplitName::kTest;
  std::filesystem::path heard;  // another data set, whose split is asked for; empty = this one
};

// Throws Error when the model was trained with other columns or another definition of features.
EvaluationReport evaluate(const Dataset& dataset, const EvaluationOptions& options);

}  // namespace dju::learning
