// `dju dataset simulate`, `check` and `hear`: make and look through the data that judges learn
// from.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "app/commands.h"
#include "app/dataset_commands.h"
#include "core/error.h"
#include "dataset/heard_mixes.h"
#include "dataset/simulate_dataset.h"
#include "dataset/validate.h"

namespace dju::app {
namespace {

struct Simulate {
  dataset::DatasetRecipe recipe;
  std::string out, kind = "technical", tracks;
  int jobs = 1;
};

void simulate(const Simulate& options) {
  dataset::DatasetRecipe recipe = options.recipe;
  recipe.kind = options.kind == "creative" ? dataset::DatasetKind::kCreative
                                           : dataset::DatasetKind::kTechnical;
  recipe.tracks = options.tracks;
  const dataset::DatasetReport report =
      dataset::simulateDataset(options.out, recipe, options.jobs, showDatasetProgress);
  fmt::print("\n      {} windows ({:.1f} hours) in {}, {:.1f} % of their size as 44.1 kHz WAV\n",
             report.windows, report.audioSeconds / 3600, options.out, 100 * report.sizeShare);
  fmt::print("      {} windows on the beat in {}/transitions\n", report.transitionWindows,
             options.out);
  if (report.skipped > 0)
    fmt::print("      {} performances left out: their tracks were too short to mix\n",
               report.skipped);
}

void check(const std::string& directory) {
  const dataset::Validation found = dataset::validateDataset(directory);
  for (const dataset::Reject& reject : found.rejects)
    fmt::print("{}/{}: {}\n", reject.split, reject.item, reject.reason);
  for (const std::string& leak : found.leaks) fmt::print("{}\n", leak);
  if (!found.clean()) {
    throw Error(ErrorCode::kConflict,
                fmt::format("{}: {} of {} windows rejected, {} leaks between splits", directory,
                            found.rejects.size(), found.windows, found.leaks.size()));
  }
  fmt::print("      {} windows, nothing to reject, nobody in two splits\n", found.windows);
}

void addCheck(CLI::App& group) {
  auto directory = std::make_shared<std::string>();
  CLI::App* command = group.add_subcommand("check", "Name what is not to be learned from, and why");
  command->add_option("DIR", *directory, "The data set")->required()->check(CLI::ExistingDirectory);
  command->callback([directory] { check(*directory); });
}

void hear(const std::string& list, const std::string& out) {
  const std::size_t windows = dataset::hearMixes(list, out, audio::Decoder());
  fmt::print("      {} windows in {}, all of the split test\n", windows, out);
}

void addHear(CLI::App& group) {
  auto list = std::make_shared<std::string>(), out = std::make_shared<std::string>();
  CLI::App* command = group.add_subcommand("hear", "Take in mixes that another engine made");
  command->add_option("LIST", *list, "One JSON object a line: docs/dataset.md")
      ->required()
      ->check(CLI::ExistingFile);
  command->add_option("--out", *out, "Folder to write to")->required();
  command->callback([list, out] { hear(*list, *out); });
}

void addSimulate(CLI::App& group) {
  auto options = std::make_shared<Simulate>();
  CLI::App* command =
      group.add_subcommand("simulate", "Have virtual DJs play and label what they did");
  command->add_option("--out", options->out, "Folder to write to")->required();
  command->add_option("--performances", options->recipe.performances, "How many")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000000));
  command->add_option("--seed", options->recipe.seed, "The same seed gives the same data")
      ->capture_default_str();
  command->add_option("--kind", options->kind, "technical: transitions; creative: longer sets")
      ->capture_default_str()
      ->check(CLI::IsMember({"technical", "creative"}));
  command->add_option("--tracks", options->tracks, "Play these files instead of synthesised tracks")
      ->check(CLI::ExistingDirectory);
  command->add_option("--djs", options->recipe.djs, "Virtual DJs")
      ->capture_default_str()
      ->check(CLI::Range(3, 100000));
  command->add_option("--families", options->recipe.families, "Kit and pattern families a genre")
      ->capture_default_str()
      ->check(CLI::Range(3, 1000));
  command
      ->add_option("--first-family", options->recipe.firstFamily,
                   "Number of the first: a family's sounds are the same for every seed")
      ->capture_default_str()
      ->check(CLI::Range(0, 1000000));
  command
      ->add_option("--tracks-per-family", options->recipe.tracksPerFamily,
                   "Synthesised tracks of each family")
      ->capture_default_str()
      ->check(CLI::Range(1, 100));
  command->add_option("--jobs", options->jobs, "Performances at a time")
      ->capture_default_str()
      ->check(CLI::Range(1, 256));
  command->callback([options] { simulate(*options); });
}

}  // namespace

void showDatasetProgress(const dataset::DatasetProgress& now) {
  if (isatty(STDOUT_FILENO) != 0) {
    fmt::print("\r      {} {}/{} ", now.what, now.done, now.of);
  } else if (now.done % 100 == 0) {
    fmt::print("      {} {}/{}\n", now.what, now.done, now.of);
  }
  std::fflush(stdout);
}

void addDataset(CLI::App& program) {
  CLI::App* group = program.add_subcommand("dataset", "Data that judges learn from");
  group->require_subcommand(1);
  addSimulate(*group);
  addExcerpts(*group);
  addMixWorths(*group);
  addCheck(*group);
  addCollect(*group);
  addListen(*group);
  addHear(*group);
}

}  // namespace dju::app
