#include "learning/active/active_learning.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/random.h"
#include "learning/data/json.h"
#include "learning/data/whole_file.h"
#include "learning/evaluation/score_tables.h"
#include "learning/recipes/trained_model.h"
#include "learning/report/line_chart.h"

namespace dju::learning {
namespace {

namespace fs = std::filesystem;

using Items = std::vector<std::size_t>;

std::string twoDigits(int n) {
  return std::string(n < 10 ? "0" : "").append(std::to_string(n));
}

std::vector<std::vector<double>> byItem(const ScoreTable& table) {
  std::vector<std::vector<double>> items(table.empty() ? 0 : table.front().size());
  for (const std::vector<double>& target : table)
    for (std::size_t item = 0; item < items.size(); ++item) items[item].push_back(target[item]);
  return items;
}

// Mean and spread of each column of each item, every dimension scaled alike.
std::vector<std::vector<float>> describe(const DatasetInfo& info, const Split& split) {
  const auto columns = static_cast<std::int64_t>(info.columns.size());
  const auto items = static_cast<std::int64_t>(split.items());
  torch::Tensor all = torch::empty({items, 2 * columns});
  torch::Tensor window = torch::empty({static_cast<std::int64_t>(info.frames), columns});
  for (std::int64_t item = 0; item < items; ++item) {
    split.copyFeatures(static_cast<std::size_t>(item),
                       {window.data_ptr<float>(), static_cast<std::size_t>(window.numel())});
    all[item].copy_(torch::cat({window.mean(0), window.std(0)}));
  }
  all = (all - all.mean(0)) / all.std(0).clamp_min(1e-6);
  std::vector<std::vector<float>> descriptions;
  for (std::int64_t item = 0; item < items; ++item) {
    const float* first = all.data_ptr<float>() + item * 2 * columns;
    descriptions.emplace_back(first, first + 2 * columns);
  }
  return descriptions;
}

double meanError(const Model& model, const Split& split, const SplitScores& scores) {
  const ScoreTable truth = truthOf(model, split);
  const ScoreTable said = tableOf(scores.scores);
  double sum = 0;
  double count = 0;
  for (std::size_t target = 0; target < truth.size(); ++target) {
    for (std::size_t item = 0; item < truth[target].size(); ++item) {
      if (std::isnan(truth[target][item])) continue;
      sum += std::fabs(truth[target][item] - said[target][item]);
      ++count;
    }
  }
  return sum / std::max(1.0, count);
}

// One strategy from the first labels to the last.
class Rounds {
 public:
  Rounds(const Dataset& dataset, const ActiveLearning& options, Strategy strategy)
      : dataset_(dataset),
        options_(options),
        strategy_(strategy),
        folder_(options.training.out / std::string(nameOf(strategy))),
        pool_(dataset.open(SplitName::kTrain)),
        test_(dataset.open(SplitName::kTest)) {
    Items all(pool_.items());
    std::iota(all.begin(), all.end(), std::size_t{0});
    // The same first labels for every strategy.
    labelled_ = choose(Strategy::kChance, {}, {}, all, options.perRound, options.training.seed);
    for (const std::size_t item : labelled_) std::erase(all, item);
    unlabelled_ = std::move(all);
  }

  std::vector<LabelledRound> run(
      const std::function<void(Strategy, const LabelledRound&)>& report) {
    std::vector<LabelledRound> curve;
    for (int round = 1; round <= options_.rounds; ++round) {
      learn(round);
      curve.push_back({labelled_.size(), meanError(*members_.front(), test_,
                                                   scoreSplit(*members_.front(), dataset_.info(),
                                                              test_, options_.training))});
      report(strategy_, curve.back());
      if (unlabelled_.empty()) break;
      if (round < options_.rounds) askFor(round);
    }
    return curve;
  }

 private:
  fs::path folderOf(int round, std::size_t member) const {
    return folder_ / ("round-" + twoDigits(round)) / ("member-" + std::to_string(member + 1));
  }

  void learn(int round) {
    const std::size_t count =
        strategy_ == Strategy::kCommittee ? static_cast<std::size_t>(options_.committee) : 1;
    Split labelled = dataset_.open(SplitName::kTrain);
    labelled.keep(labelled_);
    members_.resize(count);
    for (std::size_t m = 0; m < count; ++m) {
      TrainingOptions training = options_.training;
      training.out = folderOf(round, m);
      training.seed = options_.training.seed + m;
      torch::manual_seed(training.seed);
      members_[m] = makeModel(options_.model, options_.recipe, dataset_.info(), options_.shape);
      if (round > 1) loadWeights(folderOf(round - 1, m) / "best.pt", *members_[m]);
      train(*members_[m], dataset_.info(), labelled, dataset_.open(SplitName::kValidation),
            training, [](const TrainingProgress&) {});
    }
  }

  // The next labels. What was chosen is written down, one id a line, as people would be asked.
  void askFor(int round) {
    Pool pool;
    if (strategy_ == Strategy::kDiversity) {
      if (descriptions_.empty()) descriptions_ = describe(dataset_.info(), pool_);
      pool.descriptions = descriptions_;
    } else if (strategy_ != Strategy::kChance) {
      for (const ModelPtr& member : members_)
        pool.scores.push_back(
            byItem(tableOf(scoreSplit(*member, dataset_.info(), pool_, options_.training).scores)));
    }
    const Items chosen =
        choose(strategy_, pool, labelled_, unlabelled_, options_.perRound,
               Random(options_.training.seed).fork(static_cast<std::uint64_t>(round)).next());
    std::string ids;
    for (const std::size_t item : chosen) {
      ids += pool_.textOf(item, "id") + "\n";
      labelled_.push_back(item);
      std::erase(unlabelled_, item);
    }
    writeWholeFile(folder_ / ("round-" + twoDigits(round)) / "chosen.txt", ids);
  }

  const Dataset& dataset_;
  const ActiveLearning& options_;
  Strategy strategy_;
  fs::path folder_;
  Split pool_, test_;
  Items labelled_, unlabelled_;
  std::vector<ModelPtr> members_;
  std::vector<std::vector<float>> descriptions_;
};

std::string jsonOf(const std::vector<LabelledRound>& curve) {
  std::string text = "[";
  for (std::size_t i = 0; i < curve.size(); ++i)
    text += std::string(i > 0 ? ", " : "") + "{\"labels\": " + std::to_string(curve[i].labels) +
            ", \"mean_absolute_error\": " + jsonNumber(curve[i].error) + "}";
  return text + "]";
}

void writeCurves(const ActiveLearning& options, const ActiveResult& result) {
  LineChart chart{"What choosing saves",
                  "labels",
                  "mean absolute error",
                  {{std::string(nameOf(options.strategy)), {}}, {"chance", {}}}};
  for (const LabelledRound& round : result.chosen)
    chart.series[0].points.emplace_back(static_cast<double>(round.labels), round.error);
  for (const LabelledRound& round : result.chance)
    chart.series[1].points.emplace_back(static_cast<double>(round.labels), round.error);
  const fs::path& out = options.training.out;
  writeWholeFile(out / "labels.svg", svgOf(chart));
  writeWholeFile(out / "active.json",
                 "{\"model\": " + jsonQuoted(options.model) +
                     ",\n \"strategy\": " + jsonQuoted(nameOf(options.strategy)) +
                     ",\n \"chosen\": " + jsonOf(result.chosen) +
                     ",\n \"chance\": " + jsonOf(result.chance) +
                     ",\n \"labels_saved\": " + jsonNumber(result.labelsSaved) + "}\n");
}

}  // namespace

ActiveResult learnActively(const Dataset& dataset, const ActiveLearning& options,
                           const std::function<void(Strategy, const LabelledRound&)>& report) {
  ActiveResult result;
  result.chosen = Rounds(dataset, options, options.strategy).run(report);
  result.chance = Rounds(dataset, options, Strategy::kChance).run(report);
  double least = result.chance.front().error;
  for (const LabelledRound& round : result.chance) least = std::min(least, round.error);
  result.labelsSaved = 1 - labelsFor(result.chosen, least) / labelsFor(result.chance, least);
  writeCurves(options, result);
  return result;
}

std::vector<std::string> chooseForLabelling(const Dataset& dataset,
                                            const std::vector<fs::path>& folders, Strategy strategy,
                                            std::size_t count) {
  const Split split = dataset.open(SplitName::kTrain);
  Pool pool;
  for (const fs::path& folder : folders) {
    const ModelPtr model = loadModel(folder, readCard(folder), dataset.info());
    pool.scores.push_back(byItem(tableOf(scoreSplit(*model, dataset.info(), split, {}).scores)));
  }
  if (strategy == Strategy::kDiversity) pool.descriptions = describe(dataset.info(), split);
  Items all(split.items());
  std::iota(all.begin(), all.end(), std::size_t{0});
  std::vector<std::string> ids;
  for (const std::size_t item : choose(strategy, pool, {}, all, count, 1))
    ids.push_back(split.textOf(item, "id"));
  return ids;
}

}  // namespace dju::learning
