#include "learning/evaluation/evaluate.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "core/error.h"
#include "learning/data/whole_file.h"
#include "learning/evaluation/plain_predictors.h"
#include "learning/recipes/trained_model.h"
#include "learning/report/line_chart.h"
#include "learning/training/trainer.h"

namespace dju::learning {
namespace {

namespace fs = std::filesystem;

// Extras: how far the beats of two records lie apart, signed and in size, means over the window.
constexpr const char* kOffset = "beat_offset_ms";
constexpr const char* kOffsetSize = "beat_offset_size_ms";

std::vector<std::vector<double>> columnsOf(const torch::Tensor& table) {
  std::vector<std::vector<double>> columns;
  for (std::int64_t c = 0; c < table.size(1); ++c) {
    const torch::Tensor column = table.select(1, c).to(torch::kFloat64).contiguous();
    columns.emplace_back(column.data_ptr<double>(), column.data_ptr<double>() + column.numel());
  }
  return columns;
}

// Windows of one performance are drawn together.
std::vector<std::string> groupsOf(const Split& split) {
  std::vector<std::string> groups;
  for (std::size_t item = 0; item < split.items(); ++item) {
    std::string group = split.textOf(item, "performance");
    if (group.empty()) group = split.textOf(item, "log");
    groups.push_back(group.empty() ? "item " + std::to_string(item) : group);
  }
  return groups;
}

void addOffsetBands(const DatasetInfo& info, const Split& split, std::size_t target,
                    std::vector<Subset>& subsets) {
  const auto column = info.extraAt(kOffsetSize);
  if (!column) return;
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const std::vector<std::pair<std::string, std::pair<double, double>>> bands = {
      {"|offset| < 30 ms", {0, 30}},
      {"30 to 100 ms", {30, 100}},
      {"|offset| > 100 ms", {100, kInfinity}}};
  for (const auto& [name, range] : bands) {
    Subset subset{name, target, {}};
    for (std::size_t item = 0; item < split.items(); ++item) {
      const double offset = split.extras(item)[*column];
      subset.has.push_back(offset >= range.first && offset < range.second);
    }
    subsets.push_back(std::move(subset));
  }
}

void addGenres(const Split& split, std::vector<Subset>& subsets) {
  std::map<std::string, Subset> byName;
  for (std::size_t item = 0; item < split.items(); ++item) {
    const std::string genre = split.textOf(item, "genre");
    if (genre.empty()) continue;
    Subset& subset = byName[genre];
    subset.name = genre;
    subset.has.resize(split.items());
    subset.has[item] = true;
  }
  for (auto& [name, subset] : byName) subsets.push_back(std::move(subset));
}

// Mean truth and mean prediction of beat alignment over the offset, in steps of 10 ms.
LineChart doseChart(const DatasetInfo& info, const Split& split, const std::vector<double>& truth,
                    const std::vector<double>& prediction) {
  LineChart chart{
      "Beat alignment by offset", "offset, ms", "score", {{"label", {}}, {"model", {}}}};
  std::map<int, std::array<double, 3>> bins;
  for (std::size_t item = 0; item < split.items(); ++item) {
    const double offset = split.extras(item)[*info.extraAt(kOffset)];
    if (!std::isfinite(offset) || std::isnan(truth[item])) continue;
    auto& bin = bins[static_cast<int>(std::floor(offset / 10))];
    bin[0] += truth[item];
    bin[1] += prediction[item];
    ++bin[2];
  }
  for (const auto& [at, bin] : bins) {
    chart.series[0].points.emplace_back(10 * at + 5, bin[0] / bin[2]);
    chart.series[1].points.emplace_back(10 * at + 5, bin[1] / bin[2]);
  }
  return chart;
}

Predictor predictionOf(const std::string& name, Model& model, const DatasetInfo& info,
                       const Split& split) {
  return {name, columnsOf(scoreSplit(model, info, split, {}).scores)};
}

}  // namespace

EvaluationReport evaluate(const Dataset& dataset, const EvaluationOptions& options) {
  const DatasetInfo& info = dataset.info();
  const ModelCard card = readCard(options.model);
  const ModelPtr model = loadModel(options.model, card, info);
  const Split training = dataset.open(SplitName::kTrain);
  const Split split = dataset.open(options.split);
  const SplitScores scores = scoreSplit(*model, info, split, {});

  EvaluationInput input;
  input.targets = model->targets();
  input.truth = columnsOf(scores.targets);
  input.groups = groupsOf(split);
  input.predictors.push_back({"model", columnsOf(scores.scores)});
  std::vector<std::optional<std::size_t>> labels;
  for (const std::string& target : input.targets) labels.push_back(info.labelAt(target));
  input.predictors.push_back(meanPredictor(training, split, labels));
  input.predictors.push_back(levelAndFadePredictor(info, training, split, input.targets));
  input.predictors.push_back(onsetRulePredictor(info, split, input.targets));
  if (!options.control.empty()) {
    const ModelCard control = readCard(options.control);
    if (control.model != card.model || control.labels != LabelOrder::kShuffled)
      throw Error(ErrorCode::kInvalid, options.control.string() + ": a control is a " + card.model +
                                           " model trained with --labels shuffled");
    input.predictors.push_back(
        predictionOf("shuffled labels", *loadModel(options.control, control, info), info, split));
  }
  const auto beats = std::find(input.targets.begin(), input.targets.end(), "beat_alignment");
  const auto beatTarget = static_cast<std::size_t>(beats - input.targets.begin());
  if (beats != input.targets.end()) addOffsetBands(info, split, beatTarget, input.subsets);
  addGenres(split, input.subsets);

  EvaluationReport report;
  report.title = card.model + " model, " + std::string(nameOf(options.split)) + " split";
  report.facts = {
      {"model", card.model + ", recipe " + std::string(nameOf(card.recipe))},
      {"feature definition", info.definition},
      {"items",
       std::to_string(split.items()) + " in " +
           std::to_string(std::set<std::string>(input.groups.begin(), input.groups.end()).size()) +
           " performances; trained on " + std::to_string(training.items())}};
  report.measurements = measure(input);
  report.notes.emplace_back(
      "All labels are computed from simulated performances; no human has rated any. Agreement with "
      "human judges: absent until ratings exist.");
  if (options.control.empty())
    report.notes.emplace_back("No control: train one with --labels shuffled and name it.");
  fs::create_directories(options.out);
  if (beats != input.targets.end() && info.extraAt(kOffset)) {
    report.charts.emplace_back("beat-alignment-by-offset.svg");
    writeWholeFile(options.out / report.charts.back(),
                   svgOf(doseChart(info, split, input.truth[beatTarget],
                                   input.predictors[0].scores[beatTarget])));
  }
  writeWholeFile(options.out / "report.md", markdownOf(report));
  writeWholeFile(options.out / "report.json", jsonOf(report));
  return report;
}

}  // namespace dju::learning
