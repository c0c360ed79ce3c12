// `dju demo-tracks DIR`: writes synthesised dance music with its truth.
#include "demo/demo_tracks.h"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "app/commands.h"
#include "core/error.h"

namespace dju::app {
namespace {

struct Arguments {
  std::string directory;
  demo::DemoOptions options;
  std::vector<std::string> genres;
  double seconds = 0;
  double swing = 0;
  bool noFills = false;
};

demo::Genre genreNamed(const std::string& id) {
  const demo::GenreSpec* spec = demo::findGenre(id);
  if (spec == nullptr) {
    std::string known;
    for (int i = 0; i < demo::kGenreCount; ++i) {
      known += fmt::format(" {}", demo::genreSpec(static_cast<demo::Genre>(i)).id);
    }
    throw Error(ErrorCode::kInvalid,
                fmt::format("genre \"{}\" is unknown; there are{}", id, known));
  }
  return spec->genre;
}

void run(const Arguments& arguments, const CLI::App& command) {
  demo::DemoOptions options = arguments.options;
  for (const std::string& id : arguments.genres) options.genres.push_back(genreNamed(id));
  if (command.count("--seconds") > 0) options.seconds = arguments.seconds;
  if (command.count("--swing") > 0) options.swing = arguments.swing;
  options.fills = !arguments.noFills;
  const auto written = demo::writeDemoTracks(
      arguments.directory, options, [](int index, int count, const demo::TrackRecipe& recipe) {
        fmt::print("      {}/{} {} ({}, {} BPM, {})\n", index + 1, count, recipe.title,
                   demo::genreSpec(recipe.genre).name, recipe.bpm, recipe.keyName());
        std::fflush(stdout);
      });
  fmt::print("      {} tracks in {}\n", written.size(), arguments.directory);
}

}  // namespace

void addDemoTracks(CLI::App& program) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command =
      program.add_subcommand("demo-tracks", "Write synthesised dance music with exact beat times");
  command->add_option("dir", arguments->directory, "Folder to write to")->required();
  command->add_option("--seed", arguments->options.seed, "The same seed gives the same music")
      ->capture_default_str();
  command->add_option("--per-genre", arguments->options.perGenre, "Tracks of each genre")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  command->add_option("--genre", arguments->genres, "Only these genres (default: all eight)");
  command->add_option("--seconds", arguments->seconds, "Length of each (default: 3 to 5 minutes)")
      ->check(CLI::Range(20.0, 1200.0));
  command
      ->add_option("--swing", arguments->swing,
                   "Share of a sixteenth by which every second one is late (default: by genre)")
      ->check(CLI::Range(0.0, 0.5));
  command->add_option("--humanize", arguments->options.humanizeMs, "Spread of human timing in ms")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 30.0));
  command->add_flag("--no-fills", arguments->noFills, "No fills at the ends of phrases");
  command->callback([arguments, command] { run(*arguments, *command); });
}

}  // namespace dju::app
