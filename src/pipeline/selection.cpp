#include "pipeline/selection.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "core/error.h"

namespace dju::pipeline {
namespace {

using nlohmann::json;

// The mean over targets of what the first predictor, the model, reaches over all items.
double accuracyIn(const json& report) {
  const json& rows = report.at("measurements");
  const std::string model = rows.at(0).at("predictor");
  double sum = 0;
  int targets = 0;
  for (const json& row : rows) {
    if (row.at("predictor") != model || row.at("subset") != "all") continue;
    // No correlation where a model says one value only: it has learned nothing of that target.
    sum += row.at("pearson").is_number() ? std::max(0.0, row.at("pearson").get<double>()) : 0;
    ++targets;
  }
  return targets > 0 ? sum / targets : 0;
}

std::optional<double> humanIn(const json& report) {
  const auto rows = report.find("human_correlation");
  if (rows == report.end() || !rows->is_array() || rows->empty()) return std::nullopt;
  double sum = 0;
  for (const json& row : *rows)
    sum += row.at("pearson").is_number() ? std::max(0.0, row.at("pearson").get<double>()) : 0;
  return sum / static_cast<double>(rows->size());
}

}  // namespace

Measured measuredIn(const std::string& model, const std::filesystem::path& report) {
  std::ifstream in(report);
  try {
    const json parsed = json::parse(in);
    return {model, accuracyIn(parsed), parsed.at("milliseconds_per_window"), humanIn(parsed)};
  } catch (const json::exception& error) {
    throw Error(ErrorCode::kInvalid,
                fmt::format("{}: no report of an evaluation ({})", report.string(), error.what()));
  }
}

Selected weigh(const Measured& measured, const Weights& weights, double targetLatency,
               double threshold) {
  Selected selected{measured, 0, weights, 0, false};
  if (!measured.human) selected.weights.human = 0;
  Weights& used = selected.weights;
  const double sum = used.accuracy + used.speed + used.human;
  if (sum <= 0)
    throw Error(ErrorCode::kInvalid,
                "selection: accuracy and inference_speed weigh nothing, and nobody has rated; give "
                "one of them a weight");
  used = {used.accuracy / sum, used.speed / sum, used.human / sum};
  selected.speed = targetLatency / std::max(targetLatency, measured.milliseconds);
  selected.score = used.accuracy * measured.accuracy + used.speed * selected.speed +
                   used.human * measured.human.value_or(0);
  selected.chosen = selected.score > threshold;
  return selected;
}

std::string markdownOf(const std::vector<Selected>& models, double threshold) {
  std::string text =
      "| model | accuracy | ms a window | speed | human correlation | weights | score | chosen |\n"
      "|---|---|---|---|---|---|---|---|\n";
  bool rated = false;
  for (const Selected& one : models) {
    rated = rated || one.measured.human.has_value();
    text += fmt::format(
        "| {} | {:.3f} | {:.1f} | {:.3f} | {} | {:.3f} / {:.3f} / {:.3f} | {:.3f} | {} |\n",
        one.measured.model, one.measured.accuracy, one.measured.milliseconds, one.speed,
        one.measured.human ? fmt::format("{:.3f}", *one.measured.human) : "absent",
        one.weights.accuracy, one.weights.speed, one.weights.human, one.score,
        one.chosen ? "yes" : "no");
  }
  text += fmt::format(
      "\nAccuracy: mean over targets of Pearson's r on the test split, of simulated labels. Chosen "
      "above {}.\n",
      threshold);
  if (!rated)
    text +=
        "Human correlation is absent: nobody has rated yet. Its weight is shared out to the others "
        "in proportion.\n";
  return text;
}

json jsonOf(const std::vector<Selected>& models, double threshold) {
  json list = json::array();
  for (const Selected& one : models)
    list.push_back(
        {{"model", one.measured.model},
         {"accuracy", one.measured.accuracy},
         {"milliseconds_per_window", one.measured.milliseconds},
         {"inference_speed", one.speed},
         {"human_correlation", one.measured.human ? json(*one.measured.human) : json(nullptr)},
         {"weights",
          {{"accuracy", one.weights.accuracy},
           {"inference_speed", one.weights.speed},
           {"human_correlation", one.weights.human}}},
         {"score", one.score},
         {"chosen", one.chosen}});
  return {{"threshold", threshold}, {"models", list}};
}

}  // namespace dju::pipeline
