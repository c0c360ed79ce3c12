// `dju dataset collect battles|practice|sets`: what people played becomes data.
#include <fmt/format.h>

#include <memory>
#include <string>

#include "app/commands.h"
#include "app/dataset_commands.h"
#include "app/recorded_logs.h"
#include "dataset/collectors/collect.h"
#include "dataset/collectors/set_collector.h"
#include "learning/report/human_ratings.h"

namespace dju::app {
namespace {

struct Options {
  std::string source, from = "var", out, license = "unknown", ratings;
  dataset::CollectOptions collect;
};

// Means over raters, by item and head.
dataset::WindowRatings ratingsIn(const std::string& file) {
  std::map<std::string, std::map<std::string, std::pair<double, int>>> sums;
  for (const learning::Rating& rating : learning::readRatings(file)) {
    for (const auto& [head, score] : rating.scores) {
      auto& sum = sums[rating.item][head];
      sum.first += score;
      ++sum.second;
    }
  }
  dataset::WindowRatings means;
  for (const auto& [item, heads] : sums)
    for (const auto& [head, sum] : heads) means[item][head] = sum.first / sum.second;
  return means;
}

std::unique_ptr<dataset::Collector> collectorOf(const Options& options) {
  if (options.source == "sets")
    return std::make_unique<dataset::SetCollector>(options.from, options.license);
  auto logs = std::make_shared<RecordedLogs>(options.from);
  return std::make_unique<dataset::LogCollector>(
      options.source == "battles" ? dataset::LogKind::kBattle : dataset::LogKind::kPractice,
      [logs] { return logs->next(); });
}

void collect(Options& options) {
  if (!options.ratings.empty()) options.collect.ratings = ratingsIn(options.ratings);
  const std::unique_ptr<dataset::Collector> collector = collectorOf(options);
  const dataset::CollectReport report =
      dataset::collectInto(options.out, *collector, options.collect);
  for (const std::string& reject : report.rejects) fmt::print("{}\n", reject);
  fmt::print("      {} records, {} windows ({} rated by people), {} rejects: {}\n", report.records,
             report.windows, report.rated, report.rejects.size(), options.out);
}

}  // namespace

void addCollect(CLI::App& group) {
  auto options = std::make_shared<Options>();
  CLI::App* command = group.add_subcommand("collect", "Gather what people played");
  command
      ->add_option("SOURCE", options->source,
                   "battles and practice: recordings of a data folder; sets: audio files with "
                   "NAME.cue or NAME.jams beside them")
      ->required()
      ->check(CLI::IsMember({"battles", "practice", "sets"}));
  command->add_option("--from", options->from, "The data folder, or the folder with the sets")
      ->capture_default_str()
      ->check(CLI::ExistingDirectory);
  command->add_option("--out", options->out, "Folder to write to")->required();
  command->add_option("--license", options->license,
                      "Of all sets; without one they are rejected (tracks of a library state "
                      "theirs)");
  command->add_option("--ratings", options->ratings, "What people said (dju dataset listen import)")
      ->check(CLI::ExistingFile);
  command->add_option("--seed", options->collect.seed, "Who stands on which side")
      ->capture_default_str();
  command->callback([options] { collect(*options); });
}

}  // namespace dju::app
