// What evolution by votes brings (docs/evolution.md): populations that hear only the votes of
// listeners with a hidden taste, against their generation 0, on pairs of records and by voters that
// had no part in it; and what mutating networks, merging and the reward model add
// (evolution/experiment.h). Records are synthesised; what is voted on is planned, not rendered.
// With --reachable, what there is to be won at all; with --speed, how long a generation takes until
// people can hear it.
#include <CLI/CLI.hpp>

#include "evolution/experiment.h"
#include "evolution/speed.h"

int main(int argc, char** argv) {
  using namespace dju::bench;  // NOLINT(google-build-using-namespace)
  CLI::App app("Evolution of mixers by simulated votes");
  int generations = 10, votes = 400, seeds = 3, perGenre = 4;
  bool timed = false, reachable = false;
  std::vector<std::size_t> arms{0}, audiences{0, 1, 2, 3, 4, kEverybody};
  std::string parts;
  for (const std::string_view name : armNames())
    parts += (parts.empty() ? "in this order: " : ", ") + std::string(name);
  app.add_option("--generations", generations, "Behind generation 0")->capture_default_str();
  app.add_option("--votes", votes, "A generation")->capture_default_str();
  app.add_option("--seeds", seeds, "Runs of each")->capture_default_str();
  app.add_option("--per-genre", perGenre, "Tracks of each of four genres, in each crate")
      ->capture_default_str();
  app.add_option("--arms", arms, "From 0, " + parts)
      ->check(CLI::Range(std::size_t{0}, armNames().size() - 1))
      ->capture_default_str();
  app.add_option("--audiences", audiences, "0 to 4 a taste, 5 all five in one audience")
      ->check(CLI::Range(std::size_t{0}, kEverybody))
      ->capture_default_str();
  app.add_flag("--reachable", reachable, "Only what could be won at all");
  app.add_flag("--speed", timed, "Only how long a generation takes");
  CLI11_PARSE(app, argc, argv);
  const auto crate = makeCrate(0, perGenre);
  dju::arena::Stage stage = stageOf(*crate, 10, 1);
  // Tastes are scaled by mixers of all sorts.
  const Listeners listeners(stage, mutants(60, 4, 99));
  if (timed) {
    printSpeed(stage, listeners);
    return 0;
  }
  // Records of other families.
  const auto other = makeCrate(100, perGenre);
  dju::arena::Stage quality = stageOf(*crate, 8, 2), heldOut = stageOf(*other, 24, 3);
  const Experiment experiment{stage, quality, heldOut, listeners, generations, votes};
  if (reachable)
    printReachable(experiment, audiences);
  else
    printExperiment(experiment, seeds, arms, audiences);
  return 0;
}
