// `dju dataset mixes`: transitions that are played and judged, for mixers that learn by listening.
#include <fmt/format.h>

#include <memory>
#include <string>

#include "app/dataset_commands.h"
#include "dataset/mixing/transition_worths.h"

namespace dju::app {
namespace {

struct Options {
  dataset::WorthRecipe recipe;
  std::string out;
  int jobs = 1;
};

void makeMixes(const Options& options) {
  const dataset::WorthReport report =
      dataset::makeTransitionWorths(options.out, options.recipe, options.jobs, showDatasetProgress);
  fmt::print("\n      {} transitions of {} pairs of {} tracks in {}\n", report.transitions,
             report.pairs, report.tracks, options.out);
}

}  // namespace

void addMixWorths(CLI::App& group) {
  auto options = std::make_shared<Options>();
  dataset::WorthRecipe& recipe = options->recipe;
  CLI::App* command = group.add_subcommand(
      "mixes", "Play and judge transitions of synthesised pairs, for mixers that listen");
  command->add_option("--out", options->out, "Folder to write to")->required();
  command->add_option("--pairs", recipe.pairs, "Of records")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000000));
  command->add_option("--ways", recipe.waysAPair, "Transitions of each pair")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  command->add_option("--families", recipe.families, "Kit and pattern families a genre")
      ->capture_default_str()
      ->check(CLI::Range(3, 1000));
  command->add_option("--first-family", recipe.firstFamily, "Number of the first")
      ->capture_default_str()
      ->check(CLI::Range(0, 1000000));
  command->add_option("--genres", recipe.genres, "The first so many of the eight")
      ->capture_default_str()
      ->check(CLI::Range(1, 8));
  command->add_option("--track-seconds", recipe.trackSeconds, "Length of each track")
      ->capture_default_str()
      ->check(CLI::Range(40.0, 600.0));
  command->add_option("--seed", recipe.seed, "The same seed gives the same data")
      ->capture_default_str();
  command->add_option("--jobs", options->jobs, "Pairs at a time")
      ->capture_default_str()
      ->check(CLI::Range(1, 256));
  command->callback([options] { makeMixes(*options); });
}

}  // namespace dju::app
