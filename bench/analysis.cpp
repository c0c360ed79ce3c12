// How right our analysis is and what it costs, beside the peers that install from Debian and npm,
// in one run: real pieces of DJU_EVAL_DIR, synthesised tracks, and tracks under a voice.
// docs/benchmarks.md, "Analysis", says how to read it. --check is the guard of scripts/test --full.
#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <thread>

#include "analysis/regression.h"
#include "analysis/results.h"
#include "core/error.h"

namespace {

namespace fs = std::filesystem;
using namespace dju::bench;

struct Options {
  int perGenre = 2;
  std::uint64_t seed = 1;
  double seconds = 60;
  std::vector<std::string> only;  // systems
  std::vector<std::string> sets = {"dev", "synth", "voices"};
  bool check = false, record = false;
};

const fs::path kRegression = fs::path(DJU_SOURCE_DIR) / "bench" / "analysis" / "regression.json";

std::string processorName() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
  return "unknown processor";
}

void printConditions(const std::vector<System>& systems, double seconds) {
  const std::time_t now = std::time(nullptr);
  std::array<char, 32> date{};
  std::strftime(date.data(), date.size(), "%Y-%m-%d", std::gmtime(&now));
  utsname machine{};
  ::uname(&machine);
  std::array<double, 1> load{};
  ::getloadavg(load.data(), 1);
  fmt::print("{}, {} ({} cores, load {:.1f}), {} {}, {} {}\n", date.data(), processorName(),
             std::thread::hardware_concurrency(), load[0], machine.sysname, machine.release,
#ifdef __clang__
             "clang", __clang_version__);
#else
             "GCC", __VERSION__);
#endif
  fmt::print("excerpts of {:.0f} s; processor time is user time without decoding, one thread\n",
             seconds);
  for (const System& system : systems) {
    fmt::print("  {:22} {}\n", system.name,
               system.missing.empty() ? system.version : "not installed: " + system.missing);
  }
}

std::vector<System> chosenSystems(const Options& options, const fs::path& binaries) {
  std::vector<System> systems = allSystems(binaries);
  std::erase_if(systems, [&](const System& system) {
    if ((options.check || options.record) && system.origin != Origin::kOurs) return true;
    return !options.only.empty() &&
           std::find(options.only.begin(), options.only.end(), system.name) == options.only.end();
  });
  return systems;
}

std::vector<Source> chosenSources(const Options& options, const fs::path& binaries,
                                  const fs::path& scratch) {
  std::vector<Source> all;
  const auto wants = [&](const char* set) {
    return std::find(options.sets.begin(), options.sets.end(), set) != options.sets.end();
  };
  const auto add = [&](std::vector<Source> some) {
    all.insert(all.end(), some.begin(), some.end());
  };
  const char* folder = std::getenv("DJU_EVAL_DIR");
  if (wants("dev") && !options.check && !options.record) {
    if (folder == nullptr) {
      fmt::print(
          "DJU_EVAL_DIR is not set, so there are no real pieces: a folder of NAME.ogg, "
          "NAME.beats, NAME.downbeats and index.csv\n");
    } else {
      add(realPieces(folder, binaries / "dju_decode_worker", scratch));
    }
  }
  if (wants("synth")) add(synthesisedPieces(options.seed, options.perGenre));
  if (wants("voices")) add(voicedPieces(options.seed));
  return all;
}

Regression regressionOf(const Options& options, const std::vector<System>& systems,
                        const std::vector<Outcome>& outcomes) {
  Regression regression{options.seed, options.perGenre, options.seconds, {}};
  for (const System& system : systems) {
    for (const std::string set : {"synth", "voices"}) {
      const Scores line = summarise(scoresOf(outcomes, system.name, set));
      for (const Figure& figure : figures()) {
        const auto value = line.find(figure.id);
        if (figure.role != Role::kAccuracy || value == line.end()) continue;
        regression.accuracies[set][system.name][std::string(figure.id)] = value->second;
      }
    }
  }
  return regression;
}

int judge(const Regression& before, const Regression& now) {
  for (const std::string& gain : gainsSince(before, now)) fmt::print("better: {}\n", gain);
  const std::vector<std::string> drops = dropsSince(before, now);
  for (const std::string& drop : drops) fmt::print("worse: {}\n", drop);
  fmt::print("{}\n", drops.empty() ? "no accuracy fell"
                                   : "accuracy fell; mend it, or record why "
                                     "it had to with --record");
  return drops.empty() ? 0 : 1;
}

int run(Options options, const fs::path& binaries) {
  Regression before;
  if (options.check) {
    before = readRegression(kRegression);
    options.seed = before.seed;
    options.perGenre = before.perGenre;
    options.seconds = before.seconds;
  }
  const fs::path scratch =
      fs::temp_directory_path() / fmt::format("dju-bench-analysis-{}", ::getpid());
  const fs::path results = binaries / "bench";
  fs::create_directories(scratch);
  fs::create_directories(results);
  const std::vector<System> systems = chosenSystems(options, binaries);
  printConditions(systems, options.seconds);
  const std::vector<Outcome> outcomes =
      runAll(systems, chosenSources(options, binaries, scratch), {options.seconds, scratch});
  fs::remove_all(scratch);
  for (const char* set : {"dev", "synth", "voices"}) printTable(systems, outcomes, set);
  printGenres(outcomes);
  writeCsv(results / "analysis-pieces.csv", outcomes);
  for (const System& system : systems) {
    writePlot(results / fmt::format("analysis-misses-{}.svg", fileName(system.name)), system.name,
              outcomes);
  }
  fmt::print("\npieces: {}\n", (results / "analysis-pieces.csv").string());
  const Regression now = regressionOf(options, systems, outcomes);
  if (options.record) writeRegression(kRegression, now);
  return options.check ? judge(before, now) : 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App program("Accuracy and cost of the analysis, ours and peers'");
  program.add_option("--synth", options.perGenre, "Synthesised tracks of each genre")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  program.add_option("--seed", options.seed, "Of the synthesised tracks")->capture_default_str();
  program.add_option("--seconds", options.seconds, "Length of an excerpt")->capture_default_str();
  program.add_option("--only", options.only, "Only these systems, by name");
  program.add_option("--set", options.sets, "Only these sets: dev, synth, voices");
  auto* check = program.add_flag("--check", options.check,
                                 "Ours on the synthesised sets against the kept figures");
  program.add_flag("--record", options.record, "Keep ours as the figures to compare with")
      ->excludes(check);
  CLI11_PARSE(program, argc, argv);
  try {
    return run(options, fs::absolute(argv[0]).parent_path());
  } catch (const std::exception& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return 1;
  }
}
