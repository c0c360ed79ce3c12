// `dju dataset excerpts`: many short pieces of mixes, each of another pair of tracks.
#include <fmt/format.h>

#include <memory>
#include <string>

#include "app/dataset_commands.h"
#include "dataset/excerpts.h"

namespace dju::app {
namespace {

struct Options {
  dataset::ExcerptRecipe recipe;
  std::string out, tracks;
  int jobs = 1;
};

void makeExcerpts(Options& options) {
  options.recipe.tracks.folder = options.tracks;
  const dataset::ExcerptReport report =
      dataset::makeExcerpts(options.out, options.recipe, options.jobs, showDatasetProgress);
  fmt::print("\n      {} windows of {} tracks in {}\n", report.windows, report.tracks, options.out);
}

}  // namespace

void addExcerpts(CLI::App& group) {
  auto options = std::make_shared<Options>();
  dataset::ExcerptRecipe& recipe = options->recipe;
  CLI::App* command = group.add_subcommand(
      "excerpts", "Play short pieces of mixes, each of another pair of tracks, and label them");
  command->add_option("--out", options->out, "Folder to write to")->required();
  command->add_option("--excerpts", recipe.excerpts, "How many")
      ->capture_default_str()
      ->check(CLI::Range(1, 10000000));
  command->add_option("--seed", recipe.tracks.seed, "The same seed gives the same data")
      ->capture_default_str();
  command->add_option("--tracks", options->tracks, "Play these files instead of synthesised tracks")
      ->check(CLI::ExistingDirectory);
  command->add_option("--families", recipe.tracks.families, "Kit and pattern families a genre")
      ->capture_default_str()
      ->check(CLI::Range(3, 10000));
  command
      ->add_option("--first-family", recipe.tracks.firstFamily,
                   "Number of the first: a family's sounds are the same for every seed")
      ->capture_default_str()
      ->check(CLI::Range(0, 1000000));
  command
      ->add_option("--tracks-per-family", recipe.tracks.tracksPerFamily,
                   "Synthesised tracks of each family")
      ->capture_default_str()
      ->check(CLI::Range(1, 100));
  command->add_option("--jobs", options->jobs, "Excerpts at a time")
      ->capture_default_str()
      ->check(CLI::Range(1, 256));
  command->callback([options] { makeExcerpts(*options); });
}

}  // namespace dju::app
