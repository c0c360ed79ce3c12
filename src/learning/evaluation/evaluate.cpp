#include "learning/evaluation/evaluate.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <limits>
#include <map>
#include <set>

#include "core/error.h"
#include "learning/data/whole_file.h"
#include "learning/evaluation/ensemble.h"
#include "learning/evaluation/plain_predictors.h"
#include "learning/evaluation/score_tables.h"
#include "learning/recipes/trained_model.h"
#include "learning/report/class_report.h"
#include "learning/report/dose_response.h"
#include "learning/report/human_ratings.h"
#include "learning/report/line_chart.h"
#include "learning/training/batches.h"
#include "learning/training/trainer.h"

namespace dju::learning {
namespace {

namespace fs = std::filesystem;

// Extras: how far the beats of two records lie apart, signed and in size, means over the window.
constexpr const char* kOffset = "beat_offset_ms";
constexpr const char* kOffsetSize = "beat_offset_size_ms";

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
  return {name, tableOf(scoreSplit(model, info, split, {}).scores)};
}

// Features in, scores out; the median of nine.
double windowMilliseconds(Model& model, const DatasetInfo& info, const Split& split) {
  const torch::NoGradGuard guard;
  model.eval();
  const std::size_t first = 0;
  const Batch batch = batchOf(model, info, split, {&first, 1}, torch::kCPU);
  std::vector<double> times;
  for (int i = 0; i < 10; ++i) {
    const auto began = std::chrono::steady_clock::now();
    model.scores(model.forward(batch.inputs));
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - began;
    if (i > 0) times.push_back(took.count());  // the first also allocates
  }
  std::nth_element(times.begin(), times.begin() + 4, times.end());
  return times[4];
}

// What a folder says of a split: one model, or an ensemble and then its members.
struct Judged {
  std::string name, description;
  ModelPtr model;  // whose targets they are
  double windowMilliseconds = 0;
  std::vector<Predictor> predictors;
  std::vector<std::vector<double>> expectedErrors;  // of an ensemble, as scores
};

Judged judge(const fs::path& folder, const DatasetInfo& info, const Split& split) {
  Judged judged;
  if (!Ensemble::isIn(folder)) {
    const ModelCard card = readCard(folder);
    judged.name = card.model;
    judged.description = card.model + ", recipe " + std::string(nameOf(card.recipe));
    judged.model = loadModel(folder, card, info);
    judged.predictors.push_back(predictionOf("model", *judged.model, info, split));
    judged.windowMilliseconds = windowMilliseconds(*judged.model, info, split);
    return judged;
  }
  const Ensemble ensemble = Ensemble::load(folder, info);
  const EnsembleScores scores = ensemble.score(info, split);
  judged.name = ensemble.modelName();
  judged.description = "ensemble of " + std::to_string(scores.members.size()) + " " + judged.name +
                       " models, calibrated on the validation split";
  judged.model = ensemble.member();
  judged.predictors.push_back({"ensemble", scores.scores});
  judged.expectedErrors = scores.expectedErrors;
  judged.windowMilliseconds =
      static_cast<double>(scores.members.size()) * windowMilliseconds(*judged.model, info, split);
  for (std::size_t i = 0; i < scores.members.size(); ++i)
    judged.predictors.push_back({"member " + std::to_string(i + 1), scores.members[i]});
  return judged;
}

// What correlations say little of: names chosen, and places found.
void addTables(const Model& model, const DatasetInfo& info, const EvaluationInput& input,
               EvaluationReport& report) {
  constexpr double kToleranceBeats = 4;
  const ChoiceRange choice = model.choice();
  if (choice.count == 0) return;
  report.tables = choiceTables(input, choice, "Name chosen");
  const auto targetAt = [&](const char* name) {
    return static_cast<std::size_t>(std::find(input.targets.begin(), input.targets.end(), name) -
                                    input.targets.begin());
  };
  const PlaceTargets places{targetAt("transition_start"), targetAt("transition_end"),
                            targetAt("none"), static_cast<double>(info.frames) / info.frameRate};
  if (std::max({places.start, places.end, places.none}) < input.targets.size())
    report.tables.push_back(transitionsFoundTable(input, places, kToleranceBeats));
}

// How well the errors that an ensemble expects agree with those that it makes.
void noteExpectedErrors(const Judged& judged, const EvaluationInput& input,
                        EvaluationReport& report) {
  for (std::size_t target = 0; target < judged.expectedErrors.size(); ++target) {
    std::vector<double> expected;
    std::vector<double> made;
    for (std::size_t item = 0; item < input.groups.size(); ++item) {
      if (std::isnan(input.truth[target][item])) continue;
      expected.push_back(judged.expectedErrors[target][item]);
      made.push_back(
          std::fabs(input.truth[target][item] - judged.predictors.front().scores[target][item]));
    }
    if (expected.empty()) continue;
    char text[160];
    std::snprintf(text, sizeof text,
                  "%s: mean error expected %.3f, made %.3f; Spearman of the two %.2f (%zu items).",
                  input.targets[target].c_str(), mean(expected), mean(made),
                  spearman(expected, made), expected.size());
    report.notes.emplace_back(text);
  }
}

}  // namespace

EvaluationReport evaluate(const Dataset& dataset, const EvaluationOptions& options) {
  const DatasetInfo& info = dataset.info();
  const Split training = dataset.open(SplitName::kTrain);
  const Dataset asked(options.heard.empty() ? dataset.directory() : options.heard);
  const Split split = asked.open(options.split);
  const Judged judged = judge(options.model, info, split);

  EvaluationInput input;
  input.targets = judged.model->targets();
  input.truth = truthOf(*judged.model, split);
  input.groups = groupsOf(split);
  input.predictors = judged.predictors;
  const ScoreTable learned = truthOf(*judged.model, training);
  input.predictors.push_back(meanPredictor(learned, split.items()));
  input.predictors.push_back(levelAndFadePredictor(info, training, learned, split));
  input.predictors.push_back(onsetRulePredictor(info, split, input.targets));
  if (!options.control.empty()) {
    const ModelCard control = readCard(options.control);
    if (control.model != judged.name || control.labels != LabelOrder::kShuffled)
      throw Error(ErrorCode::kInvalid, options.control.string() + ": a control is a " +
                                           judged.name + " model trained with --labels shuffled");
    input.predictors.push_back(
        predictionOf("shuffled labels", *loadModel(options.control, control, info), info, split));
  }
  const auto beats = std::find(input.targets.begin(), input.targets.end(), "beat_alignment");
  const auto beatTarget = static_cast<std::size_t>(beats - input.targets.begin());
  if (beats != input.targets.end()) addOffsetBands(info, split, beatTarget, input.subsets);
  addGenres(split, input.subsets);

  EvaluationReport report;
  report.title = judged.name + " model, " + std::string(nameOf(options.split)) + " split" +
                 (options.heard.empty() ? "" : " of another data set");
  report.facts = {
      {"model", judged.description},
      {"feature definition", info.definition},
      {"items",
       std::to_string(split.items()) + " in " +
           std::to_string(std::set<std::string>(input.groups.begin(), input.groups.end()).size()) +
           " performances; trained on " + std::to_string(training.items())}};
  report.measurements = measure(input);
  addTables(*judged.model, info, input, report);
  std::vector<std::string> conditions;
  for (std::size_t item = 0; item < split.items(); ++item)
    conditions.push_back(split.textOf(item, "condition"));
  for (ReportTable& table : doseTables(input, conditions))
    report.tables.push_back(std::move(table));
  report.notes.emplace_back(options.heard.empty()
                                ? "All labels are computed from simulated performances."
                                : "All labels are computed from what was mixed.");
  if (!options.ratings.empty())
    report.humans = agreementWithPeople(readRatings(options.ratings), split, input.targets,
                                        input.predictors.front().scores);
  if (report.humans.empty())
    report.notes.emplace_back(
        "Agreement with human judges: absent until people have rated items of "
        "this split.");
  report.windowMilliseconds = judged.windowMilliseconds;
  report.rankings = rankings(input, groupsOf(split, "dj"));
  if (options.control.empty())
    report.notes.emplace_back("No control: train one with --labels shuffled and name it.");
  noteExpectedErrors(judged, input, report);
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
