// `dju mix A B …`: a model mixes records into one sound file. What it writes is a battle log, which
// this program plays on the engine that people play (docs/mixing.md).
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cmath>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/clock_text.h"
#include "app/commands.h"
#include "app/contestant_file.h"
#include "app/own_files.h"
#include "app/scratch_folder.h"
#include "crate/record.h"
#include "mixer/play.h"
#include "mixer/quality.h"
#include "mixes/plans.h"
#include "mixes/shelf.h"
#include "mixes/sound_file.h"
#include "storage/library.h"

namespace dju::app {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::vector<std::string> tracks;
  std::string out;
  std::string preset;
  std::string model = "rules@1";
  std::vector<std::string> changes;
  std::string log, report;
  double previewSeconds = 0;
  std::size_t previewTransition = 1;
  std::string dataDir = "var", models = "data/models";
};

// Records from files and from the library of the data folder, where there is one.
class Records {
 public:
  explicit Records(const fs::path& dataDir) {
    if (!fs::exists(dataDir / "library.sqlite")) return;
    library_ = std::make_unique<storage::Library>(dataDir);
    shelf_.emplace(*library_);
  }

  // Fails unless it is a file, or the id of a track of the library.
  void expect(const std::string& name) const {
    if (fs::exists(name) || (library_ && library_->track(name))) return;
    throw Error(ErrorCode::kNotFound,
                fmt::format("{}: no such file{}", name.substr(0, 200),
                            library_ ? ", and no track of the library has that id" : ""));
  }

  // What expect() lets pass. A file that the library knows is not analysed again.
  crate::Record take(const std::string& name) {
    if (!fs::exists(name)) return shelf_->take(name);
    if (library_) {
      const auto about = decoder_.identify(name);
      if (about && library_->track(about->id)) return shelf_->take(about->id);
    }
    std::cout << fmt::format("listening to {} …\n", name) << std::flush;
    return crate::readRecord(name, scratch_.path(), decoder_);
  }

 private:
  audio::Decoder decoder_{{}, ownFileLimits()};
  ScratchFolder scratch_;
  std::unique_ptr<storage::Library> library_;
  std::optional<mixes::Shelf> shelf_;
};

mixer::MixParameters parametersOf(const Options& options) {
  mixer::MixParameters parameters;
  if (!options.preset.empty())
    parameters = mixer::findPreset(options.preset).valueOrThrow().parameters;
  for (const std::string& change : options.changes)
    parameters = mixer::withChange(parameters, change).valueOrThrow();
  return parameters;
}

void checkFormat(const fs::path& file) {
  for (const char* known : {".flac", ".opus", ".ogg"}) {
    if (file.extension() == known) return;
  }
  throw Error(ErrorCode::kInvalid, fmt::format("{}: write .flac or .opus", file.string()));
}

void checkFolder(const fs::path& file) {
  const fs::path folder = fs::absolute(file).parent_path();
  if (!fs::is_directory(folder))
    throw Error(ErrorCode::kInvalid,
                fmt::format("{}: there is no folder {}", file.string(), folder.string()));
}

// All that can be known to be wrong before minutes go into listening.
void check(const Options& options, const Records& found) {
  checkFormat(options.out);
  for (const std::string& file : {options.out, options.log, options.report})
    if (!file.empty()) checkFolder(file);
  mixer::checkTrackCount(options.tracks.size());
  if (options.previewTransition == 0 || options.previewTransition >= options.tracks.size())
    throw Error(
        ErrorCode::kInvalid,
        fmt::format("--transition is {}; {} tracks have the transitions 1 to {}",
                    options.previewTransition, options.tracks.size(), options.tracks.size() - 1));
  for (const std::string& name : options.tracks) found.expect(name);
}

void save(const fs::path& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary);
  out << text;
  out.close();
  if (!out) throw Error(ErrorCode::kUnavailable, fmt::format("cannot write {}", file.string()));
}

void printTransitions(const mixer::Plan& plan, std::span<const mixer::TrackView> tracks,
                      const mixer::PlayedMix& mix) {
  for (const mixer::PlayedTransition& played : mix.transitions) {
    const mixer::Transition& transition = plan.transitions[played.outgoing];
    std::cout << fmt::format("{:>6}-{:<6} {:<12} {:>3} bars, tempo {:<5} {} → {}\n",
                             clockText(played.start), clockText(played.end),
                             mixer::styleName(transition.genome.style), transition.genome.bars,
                             mixer::kTempoPathNames[static_cast<std::size_t>(transition.tempoPath)],
                             tracks[plan.turns[played.outgoing].track].record().title,
                             tracks[plan.turns[played.incoming].track].record().title);
  }
}

// Records are only so long, and each is to be heard.
void sayWhereLengthIsNot(const mixer::Plan& plan, std::span<const mixer::TrackView> tracks) {
  constexpr double kNearSeconds = 15;
  const auto& wanted = plan.parameters.targetMinutes;
  const double seconds = mixer::estimateTimes(plan, tracks).total;
  if (!wanted || std::abs(seconds - 60 * *wanted) <= kNearSeconds) return;
  const Frame length(static_cast<std::int64_t>(seconds * kSampleRate));
  std::cout << fmt::format("targetMinutes is {}: these records give {} at {}\n", *wanted,
                           clockText(length), seconds > 60 * *wanted ? "least" : "most");
}

mixer::MixOptions mixOptions(const Options& options, const mixer::Plan& plan,
                             std::span<const mixer::TrackView> tracks) {
  mixer::MixOptions mix;
  mix.name = mixes::mixName(plan, tracks);
  mix.createdAt = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
  if (options.previewSeconds > 0)
    mix.preview = {options.previewTransition - 1, options.previewSeconds};
  return mix;
}

void run(const Options& options) {
  const mixer::MixParameters parameters = parametersOf(options);
  const mixer::Contestant contestant =
      contestantFor(options.model, options.dataDir, options.models);
  Records found(options.dataDir);
  check(options, found);
  std::map<std::string, crate::Record> records;
  for (const std::string& name : options.tracks) {
    if (!records.contains(name)) records.emplace(name, found.take(name));
  }
  std::vector<mixer::TrackView> tracks;
  for (const std::string& name : options.tracks) tracks.emplace_back(records.at(name));
  const mixer::Plan plan = mixer::planMix(tracks, parameters, contestant);
  sayWhereLengthIsNot(plan, tracks);
  const mixer::MixOptions how = mixOptions(options, plan, tracks);
  mixes::SoundFile file(options.out, how.name, audio::kArchiveOpus);
  std::optional<mixer::QualityListener> listener;
  if (!options.report.empty()) listener.emplace(plan, tracks);
  const mixer::PlayedMix mix = mixer::playMix(plan, tracks, how, [&](const mixer::MixBlock& block) {
    if (block.wanted) file.push(block.master);
    if (listener) listener->hear(block);
    return true;
  });
  file.finish();
  printTransitions(plan, tracks, mix);
  if (!options.log.empty()) save(options.log, engine::formatLog(mix.log));
  if (listener)
    save(options.report, mixer::toJson(listener->finish(mix), plan, tracks).dump(1) + "\n");
  std::cout << fmt::format("{}: {} by {}\n", options.out, clockText(mix.log.end->frame),
                           plan.model);
}

}  // namespace

void addMix(CLI::App& app) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("mix", "Let a model mix tracks (docs/mixing.md)");
  command->add_option("TRACK", options->tracks, "Files, or ids of the library's tracks")
      ->required();
  command->add_option("-o,--out", options->out, "The mix: .flac (24 bits) or .opus")->required();
  command->add_option("--preset", options->preset, "Parameters with a name, e.g. warm-up");
  command->add_option("--set", options->changes, "A parameter on top, NAME=VALUE; may be repeated")
      ->allow_extra_args(false);
  command->add_option("--model", options->model, "Who mixes: NAME@VERSION, or a model's .json file")
      ->capture_default_str();
  command->add_option("--log", options->log, "Write the battle log, .djlog");
  command->add_option("--report", options->report, "Write what the mix is worth, .json");
  auto* preview = command
                      ->add_option("--preview", options->previewSeconds,
                                   "Only so many seconds around a transition")
                      ->check(CLI::Range(5.0, 120.0));
  command->add_option("--transition", options->previewTransition, "With --preview: which, from 1")
      ->capture_default_str()
      ->needs(preview);
  command->add_option("--data-dir", options->dataDir, "The library with analysed tracks")
      ->capture_default_str();
  command->add_option("--models", options->models, "Trained models")->capture_default_str();
  command->callback([options] { run(*options); });
}

}  // namespace dju::app
