#include "learning/command/options.h"

#include <torch/torch.h>

#include <cstdio>

namespace dju::learning {
namespace {

std::vector<int> phasesIn(const std::string& text) {
  std::vector<int> phases;
  if (text == "none") return phases;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at < end) {
    int epochs = 0;
    const auto [stop, code] = std::from_chars(at, end, epochs);
    if (code != std::errc{} || epochs < 1 || (stop != end && *stop != ','))
      throw UsageError("--curriculum " + text + ": numbers of epochs with commas between, or none");
    phases.push_back(epochs);
    at = stop + 1;
  }
  return phases;
}

}  // namespace

Options::Options(std::vector<std::string> arguments) : line_(std::move(arguments)) {
  for (std::size_t i = 0; i < line_.size(); ++i) {
    if (!line_[i].starts_with("--")) {
      subjects_.push_back(line_[i]);
      continue;
    }
    if (i + 1 == line_.size()) throw UsageError(line_[i] + " needs a value");
    if (!values_.emplace(line_[i], line_[i + 1]).second)
      throw UsageError(line_[i] + ": given twice");
    ++i;
  }
}

const std::string& Options::subject(const std::string& what) const {
  if (subjects_.empty()) throw UsageError(what);
  if (subjects_.size() > 1) throw UsageError("\"" + subjects_[1] + "\": one too many");
  return subjects_.front();
}

std::optional<std::string> Options::take(const std::string& name) {
  const auto at = values_.find(name);
  if (at == values_.end()) return std::nullopt;
  std::string value = at->second;
  values_.erase(at);
  return value;
}

std::string Options::takeNeeded(const std::string& name) {
  auto value = take(name);
  if (!value) throw UsageError(name + " is missing");
  return *value;
}

ModelSettings Options::takeShape() {
  const auto text = take("--shape");
  return text ? modelSettingsIn(*text) : ModelSettings();
}

void Options::takeTraining(TrainingOptions& training) {
  takeNumber("--epochs", 1, 100000, training.epochs);
  takeNumber("--batch", 2, 65536, training.batchSize);
  takeNumber("--rate", 1e-9, 10.0, training.learningRate);
  takeNumber("--patience", 1, 100000, training.patience);
  takeNumber("--plateau", 0, 100000, training.plateauPatience);
  takeNumber("--checkpoint-every", 1, 100000, training.checkpointEvery);
  takeNumber("--masks", 0, 8, training.masks);
  takeNumber("--minutes", 0.0, 1e6, training.minutes);
  takeNumber("--threads", 1, 1024, training.threads);
  takeNumber<std::uint64_t>("--seed", 0, UINT64_MAX, training.seed);
  takeChoice<OptimizerKind>("--optimizer",
                            {{"adam", OptimizerKind::kAdam},
                             {"adamw", OptimizerKind::kAdamW},
                             {"rmsprop", OptimizerKind::kRmsProp}},
                            training.optimizer);
  takeChoice<Precision>("--precision",
                        {{"float32", Precision::kFloat32}, {"bfloat16", Precision::kBfloat16}},
                        training.precision);
  takeChoice<LabelOrder>("--labels",
                         {{"true", LabelOrder::kTrue}, {"shuffled", LabelOrder::kShuffled}},
                         training.labels);
  takeChoice<std::string>("--device", {{"cpu", "cpu"}, {"cuda", "cuda"}}, training.device);
  if (const auto phases = take("--curriculum")) training.curriculum = phasesIn(*phases);
  if (training.device == "cuda" && !torch::cuda::is_available())
    throw Error(ErrorCode::kUnavailable, "--device cuda: LibTorch finds none; leave it out");
}

void Options::expectNothingLeft() const {
  if (!values_.empty()) throw UsageError(values_.begin()->first + ": unknown");
}

std::string clockText(double seconds) {
  const auto all = static_cast<int>(seconds + 0.5);
  char text[32];
  std::snprintf(text, sizeof text, "%d:%02d:%02d", all / 3600, all / 60 % 60, all % 60);
  return text;
}

}  // namespace dju::learning
