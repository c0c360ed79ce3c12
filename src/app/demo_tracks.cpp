// `dju demo-tracks DIR`: synthesises dance music from a seed, with its exact truth beside it.
#include <fmt/format.h>

#include <iostream>
#include <memory>

#include "app/commands.h"
#include "core/error.h"
#include "demo/demo_tracks.h"

namespace dju::app {
namespace {

struct Options {
  std::string directory;
  std::vector<std::string> genres;
  demo::DemoOptions demo;
  double seconds = 0;
};

void write(Options& options) {
  for (const std::string& id : options.genres) {
    const demo::GenreSpec* genre = demo::findGenre(id);
    if (genre == nullptr) throw Error(ErrorCode::kInvalid, fmt::format("genre \"{}\": there is no such genre; see --help", id));
    options.demo.genres.push_back(genre->genre);
  }
  if (options.seconds > 0) options.demo.seconds = options.seconds;
  const auto written = demo::writeDemoTracks(
      options.directory, options.demo, [](int index, int count, const demo::TrackRecipe& recipe) {
        std::cout << fmt::format("[{}/{}] {}\n", index + 1, count, demo::genreSpec(recipe.genre).name) << std::flush;
      });
  std::cout << fmt::format("{} tracks in {}\n", written.size(), options.directory);
}

}  // namespace

void addDemoTracks(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("demo-tracks", "Synthesise dance music with exact beats, sections and key");
  command->add_option("DIR", options->directory, "Where to write NAME.flac and NAME.beats.json")->required();
  command->add_option("--seed", options->demo.seed, "The same seed gives the same samples")->capture_default_str();
  command->add_option("--per-genre", options->demo.perGenre, "Tracks of each genre")
      ->capture_default_str()
      ->check(CLI::Range(1, 10000));
  command->add_option("--genres", options->genres,
                      "house, hard_techno, dubstep, drum_and_bass, trance, hip_hop, disco, electro; all by default")
      ->delimiter(',');
  command->add_option("--seconds", options->seconds, "About so long; by default 3 to 5 minutes")->check(CLI::Range(20, 3600));
  command->add_option("--swing", options->demo.swing, "Share of a sixteenth; by default the genre's")->check(CLI::Range(0.0, 0.5));
  command->add_option("--humanize-ms", options->demo.humanizeMs, "Spread of hands in ms")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 30.0));
  command->add_flag("--fills,!--no-fills", options->demo.fills, "Fills at the ends of phrases");
  command->callback([options] { write(*options); });
}

}  // namespace dju::app
