// `dju evolve`: a population of mixers between rounds of votes (docs/evolution.md). Everything lies
// in one folder: lineage.json, which is all that happened, stage.json, the records and pairs on
// which mixers are compared, and clips/ to listen to.
#include <fmt/format.h>

#include <atomic>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "app/commands.h"
#include "app/own_files.h"
#include "app/scratch_folder.h"
#include "arena/evolution/evolution.h"
#include "arena/evolution/judged_quality.h"
#include "audio/encode.h"
#include "core/random.h"
#include "crate/record.h"
#include "mixer/mixer_model_json.h"
#include "mixer/play.h"
#include "mixes/shelf.h"
#include "server/arena/evolution/evolution_round.h"
#include "storage/evolution_store.h"

namespace dju::app {
namespace {

namespace fs = std::filesystem;
using arena::Lineage;
using arena::Stage;

constexpr std::size_t kMostHeldOut = 4;
constexpr double kClipSeconds = 60;
constexpr int kClipBitrate = 64000;

struct Options {
  std::string folder;
  std::vector<std::string> tracks;
  arena::EvolutionSettings settings;
  std::size_t pairs = 10;
  std::string votes, mixer, out;
  std::string dataDir;  // of a server; empty: `folder` is one of `dju evolve start`
  unsigned threads = 2;
};

std::string readText(const fs::path& file) {
  std::error_code missing;
  const auto size = fs::file_size(file, missing);
  if (missing) throw Error(ErrorCode::kNotFound, fmt::format("{}: cannot be read", file.string()));
  if (size > arena::kMostLineageBytes)
    throw Error(ErrorCode::kTooLarge, fmt::format("{}: {} bytes; at most {}", file.string(), size,
                                                  arena::kMostLineageBytes));
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Whole or not at all: a round that was closed is never half on disk.
void writeText(const fs::path& file, const std::string& text) {
  const fs::path partial = file.string() + ".part";
  std::ofstream out(partial, std::ios::binary);
  out << text;
  out.close();
  if (!out) throw Error(ErrorCode::kUnavailable, fmt::format("cannot write {}", partial.string()));
  fs::rename(partial, file);
}

Lineage readLineage(const fs::path& folder) {
  const fs::path file = folder / "lineage.json";
  const auto lineage = arena::parseLineage(readText(file));
  if (!lineage)
    throw Error(lineage.error().code(),
                fmt::format("{}: {}", file.string(), lineage.error().what()));
  return *lineage;
}

void writeLineage(const fs::path& folder, const Lineage& lineage) {
  writeText(folder / "lineage.json", arena::toJson(lineage).dump(1) + "\n");
}

// What mixers are compared on, in memory.
class Scene {
 public:
  explicit Scene(const fs::path& folder) {
    const fs::path file = folder / "stage.json";
    std::vector<Stage::Pair> pairs, heldOut;
    try {
      const auto json = nlohmann::json::parse(readText(file));
      for (const auto& track : json.at("tracks")) take(track.get<std::string>());
      pairs = json.at("pairs").get<std::vector<Stage::Pair>>();
      heldOut = json.at("heldOut").get<std::vector<Stage::Pair>>();
    } catch (const nlohmann::json::exception& error) {
      throw Error(ErrorCode::kInvalid, fmt::format("{}: {}", file.string(), error.what()));
    }
    for (const auto& list : {pairs, heldOut}) {
      for (const Stage::Pair& pair : list) {
        if (pair[0] >= records_.size() || pair[1] >= records_.size() || pair[0] == pair[1])
          throw Error(ErrorCode::kInvalid,
                      fmt::format("{}: pair {}, {} of {} tracks", file.string(), pair[0], pair[1],
                                  records_.size()));
      }
    }
    views_ = std::vector<mixer::TrackView>(records_.begin(), records_.end());
    stage_ = std::make_unique<Stage>(views_, pairs);
    heldOut_ = std::make_unique<Stage>(views_, heldOut);
    quality_ = std::make_unique<arena::JudgedQuality>(*heldOut_);
  }

  Stage& stage() { return *stage_; }

  double quality(const mixer::MixerModel& model) { return (*quality_)(model); }

 private:
  void take(const std::string& file) {
    std::cout << fmt::format("listening to {} …\n", file) << std::flush;
    records_.push_back(crate::readRecord(file, scratch_.path(), decoder_));
  }

  audio::Decoder decoder_{{}, ownFileLimits()};
  ScratchFolder scratch_;
  std::vector<crate::Record> records_;
  std::vector<mixer::TrackView> views_;
  std::unique_ptr<Stage> stage_, heldOut_;
  std::unique_ptr<arena::JudgedQuality> quality_;
};

void start(const Options& options) {
  const fs::path folder = options.folder;
  if (fs::exists(folder / "lineage.json"))
    throw Error(
        ErrorCode::kConflict,
        fmt::format("{}: there is a lineage already; choose another folder", options.folder));
  if (options.tracks.size() < 2)
    throw Error(ErrorCode::kInvalid, "evolution needs two tracks or more to compare mixers on");
  std::vector<std::string> files;
  for (const std::string& track : options.tracks) {
    if (!fs::exists(track))
      throw Error(ErrorCode::kNotFound, fmt::format("{}: no such file", track));
    files.push_back(fs::absolute(track).string());
  }
  // All pairs in an order drawn by the seed; the last are held out.
  std::vector<Stage::Pair> all;
  for (std::size_t a = 0; a < files.size(); ++a) {
    for (std::size_t b = 0; b < files.size(); ++b) {
      if (a != b) all.push_back({a, b});
    }
  }
  Random random(options.settings.seed);
  for (std::size_t i = all.size(); i > 1; --i)
    std::swap(all[i - 1], all[static_cast<std::size_t>(random.below(static_cast<int>(i)))]);
  const std::size_t heldOut = std::min(kMostHeldOut, all.size() / 2);
  const std::size_t count = std::min(options.pairs, all.size() - heldOut);
  const auto split = all.begin() + static_cast<std::ptrdiff_t>(count);
  const nlohmann::json stage = {
      {"tracks", files},
      {"pairs", std::vector<Stage::Pair>(all.begin(), split)},
      {"heldOut", std::vector<Stage::Pair>(split, split + static_cast<std::ptrdiff_t>(heldOut))}};
  fs::create_directories(folder);
  writeText(folder / "stage.json", stage.dump(1) + "\n");
  writeLineage(folder, arena::foundLineage(options.settings));
  std::cout << fmt::format("{}: {} mixers, {} pairs of tracks\n", options.folder,
                           options.settings.population, count);
}

// A clip and its log, which replays to the same samples.
void renderClip(const Stage& stage, const arena::LineageMember& member, std::size_t pair,
                const fs::path& place) {
  const fs::path sound = place.string() + ".opus";
  if (fs::exists(sound)) return;
  const auto& tracks = stage.tracks(pair);
  const mixer::Plan plan = stage.plan(member.model, pair);
  mixer::MixOptions options;
  options.preview = mixer::MixPreview{0, kClipSeconds};
  const fs::path partial = place.string() + ".part";
  const auto encoder = audio::openOpus(partial, {"Clip", "", {}}, {kClipBitrate});
  const auto mix = mixer::playMix(plan, tracks, options, [&](const mixer::MixBlock& block) {
    if (block.wanted) encoder->push(block.master);
    return true;
  });
  encoder->finish();
  writeText(place.string() + ".djlog", engine::formatLog(mix.log));
  fs::rename(partial, sound);
}

void clips(const Options& options) {
  const Lineage lineage = readLineage(options.folder);
  Scene scene(options.folder);
  const fs::path folder =
      fs::path(options.folder) / "clips" / fmt::format("{}", lineage.generation());
  fs::create_directories(folder);
  const Stage& stage = scene.stage();
  const std::size_t count = lineage.population.size() * stage.size();
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < count; i = next++) {
      const std::string& id = lineage.population[i / stage.size()];
      const std::size_t pair = i % stage.size();
      renderClip(stage, lineage.member(id), pair, folder / fmt::format("{}-{}", id, pair));
    }
  };
  std::vector<std::thread> others;
  for (unsigned i = 1; i < options.threads; ++i) others.emplace_back(work);
  work();
  for (std::thread& other : others) other.join();
  std::cout << fmt::format("{}: {} clips of generation {}\n", folder.string(), count,
                           lineage.generation());
}

void printRound(const Lineage& lineage, const arena::LineageRound& round) {
  std::cout << fmt::format(
      "generation {}: {} votes, archive {:.0f} % filled, {} of {} merges kept\n", round.generation,
      round.votes.size(), 100 * round.coverage, round.mergesKept, round.mergesTried);
  for (std::size_t i = 0; i < std::min<std::size_t>(5, round.ratings.size()); ++i) {
    const arena::RatedMember& rated = round.ratings[i];
    const arena::LineageMember& member = lineage.member(rated.id);
    std::cout << fmt::format(
        "  {}@{}  {:.0f} [{:.0f}, {:.0f}]  {} of generation {}\n", lineage.settings.lineage,
        rated.id, rated.points, rated.interval.low, rated.interval.high,
        arena::kBirthNames[static_cast<std::size_t>(member.birth)], member.generation);
  }
  std::cout << "  winners have";
  for (std::size_t i = 0; i < arena::kTraits; ++i) {
    if (std::abs(round.winners[i]) >= 0.05)
      std::cout << fmt::format(" {} {:+.2f}", arena::kTraitNames[i], round.winners[i]);
  }
  std::cout << '\n';
}

void close(const Options& options) {
  Lineage lineage = readLineage(options.folder);
  const auto votes = arena::parseVotes(readText(options.votes));
  if (!votes)
    throw Error(votes.error().code(), fmt::format("{}: {}", options.votes, votes.error().what()));
  Scene scene(options.folder);
  arena::closeRound(lineage, *votes, scene.stage(),
                    [&](const mixer::MixerModel& model) { return scene.quality(model); });
  writeLineage(options.folder, lineage);
  printRound(lineage, lineage.rounds.back());
}

void status(const Options& options) {
  const Lineage lineage = readLineage(options.folder);
  for (const arena::LineageRound& round : lineage.rounds) printRound(lineage, round);
  std::cout << fmt::format("generation {} is open, with {} mixers\n", lineage.generation(),
                           lineage.population.size());
}

void write(const Options& options) {
  const Lineage lineage = readLineage(options.folder);
  if (options.mixer.empty() && lineage.rounds.empty())
    throw Error(ErrorCode::kConflict,
                fmt::format("{}: no round was closed, so there is no champion; name a mixer",
                            options.folder));
  const std::string id = options.mixer.empty() ? lineage.rounds.back().champion() : options.mixer;
  writeText(options.out, mixer::toJson(lineage.member(id).model).dump(1) + "\n");
  std::cout << fmt::format("{}: {}@{}\n", options.out, lineage.settings.lineage, id);
}

// One round more by these votes.
using CloseAgain = std::function<void(Lineage& lineage, std::vector<arena::LineageVote> votes)>;

// Throws Error (kConflict) with the first round that does not follow from seed and votes.
void repeat(const Lineage& lineage, const std::string& name, const CloseAgain& close) {
  Lineage again = arena::foundLineage(lineage.settings);
  for (const arena::LineageRound& round : lineage.rounds) {
    close(again, round.votes);
    Lineage until = lineage;
    until.rounds.resize(again.rounds.size());
    if (arena::toJson(until)["rounds"] != arena::toJson(again)["rounds"])
      throw Error(
          ErrorCode::kConflict,
          fmt::format("{}: generation {} does not follow from its votes", name, round.generation));
  }
  if (arena::toJson(again) != arena::toJson(lineage))
    throw Error(
        ErrorCode::kConflict,
        fmt::format("{}: the open generation does not follow from the rounds before", name));
  std::cout << fmt::format("{}: all {} rounds follow from seed and votes\n", name,
                           lineage.rounds.size());
}

// An evolution of a server, which may be running.
void verifyStored(const Options& options) {
  if (!fs::exists(options.dataDir))
    throw Error(ErrorCode::kNotFound, fmt::format("{}: no such folder", options.dataDir));
  storage::Library library(options.dataDir);
  const storage::EvolutionRow row =
      storage::EvolutionStore(library.database()).evolution(options.folder).valueOrThrow();
  const server::EvolutionRequest request = server::evolutionFrom(row.request, 0);
  mixes::Shelf shelf(library);
  repeat(arena::parseLineage(row.history).valueOrThrow(), options.folder,
         [&](Lineage& lineage, std::vector<arena::LineageVote> votes) {
           lineage = server::closedBy(std::move(lineage), std::move(votes), request, shelf,
                                      [] { return true; });
         });
}

void verify(const Options& options) {
  if (!options.dataDir.empty()) return verifyStored(options);
  const Lineage lineage = readLineage(options.folder);
  Scene scene(options.folder);
  repeat(lineage, options.folder, [&](Lineage& again, std::vector<arena::LineageVote> votes) {
    arena::closeRound(again, std::move(votes), scene.stage(),
                      [&](const mixer::MixerModel& model) { return scene.quality(model); });
  });
}

}  // namespace

void addEvolve(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  CLI::App* evolve =
      app.add_subcommand("evolve", "Mixers that evolve by votes (docs/evolution.md)");
  evolve->require_subcommand(1);
  const auto add = [&](const char* name, const char* what, void (*run)(const Options&)) {
    CLI::App* command = evolve->add_subcommand(name, what);
    command->add_option("FOLDER", options->folder, "Where the evolution lies")->required();
    command->callback([options, run] { run(*options); });
    return command;
  };
  CLI::App* begin = add("start", "Begin with rules@1 and small changes of it", start);
  begin->add_option("TRACK", options->tracks, "Files to compare mixers on")->required();
  begin->add_option("--lineage", options->settings.lineage, "Its name")->capture_default_str();
  begin->add_option("--seed", options->settings.seed, "Of everything that is drawn")
      ->capture_default_str();
  begin->add_option("--population", options->settings.population, "Mixers that people hear")
      ->check(CLI::Range(4, 100))
      ->capture_default_str();
  begin->add_option("--pairs", options->pairs, "Pairs of tracks that each plays")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  CLI::App* sounds = add("clips", "Render what is to be voted on", clips);
  sounds->add_option("--threads", options->threads)
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  add("close", "Close the round by its votes and breed the next", close)
      ->add_option("VOTES", options->votes, "JSON: [{voter, a, b, pair, choice}]")
      ->required();
  add("status", "What every round came to", status);
  CLI::App* out = add("export", "Write a mixer for `dju mix --model`", write);
  out->add_option("MIXER", options->mixer, "Its hash; the last champion if left out");
  out->add_option("-o,--out", options->out, "The file, .json")->required();
  add("verify", "Repeat every round from seed and votes", verify)
      ->add_option("--data-dir", options->dataDir,
                   "Of a server: FOLDER is then the name of one of its evolutions");
}

}  // namespace dju::app
