#include "dataset/simulate_dataset.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <vector>

#include "core/error.h"
#include "core/random.h"
#include "dataset/beat_windows.h"
#include "dataset/crates.h"
#include "dataset/in_order.h"
#include "dataset/record.h"
#include "dataset/shards.h"
#include "dataset/splits.h"
#include "demo/genres.h"
#include "learning/data/whole_file.h"
#include "simulator/performance_plan.h"

namespace dju::dataset {
namespace {

namespace fs = std::filesystem;

// Of what begins with each genre, in the order of demo::Genre. The first five are the platform
// document's (8,000 house, 7,000 techno, 5,000 dubstep, 6,000 drum and bass, 4,000 trance sets of
// 50,000); the other three share what it leaves open.
constexpr std::array<double, demo::kGenreCount> kGenreShares = {8, 7,        5,        6,
                                                                4, 20 / 3.0, 20 / 3.0, 20 / 3.0};

constexpr const char* kDjs = "dj";
constexpr double kDocumentBytesPerSecond = 44100.0 * 2 * 2;

TrackChoice tracksOf(const DatasetRecipe& recipe) {
  return {recipe.seed,         recipe.genres, recipe.families,   recipe.tracksPerFamily,
          recipe.trackSeconds, recipe.tracks, recipe.firstFamily};
}

// Everybody and everything that may meet, by split.
class World {
 public:
  World(const DatasetRecipe& recipe, const ReportProgress& progress)
      : crates_(tracksOf(recipe), progress) {
    std::vector<std::string> names;
    for (int i = 0; i < recipe.djs; ++i) {
      djs_.push_back(simulator::drawVirtualDj(recipe.seed, i));
      names.push_back(djs_.back().name);
    }
    splits_.deal(kDjs, names, Random(recipe.seed).fork(1));
    crates_.dealInto(splits_);
  }

  const Splits& splits() const { return splits_; }
  std::size_t trackCount() const { return crates_.tracks().size(); }
  const std::vector<const simulator::CrateTrack*>& crate(SplitName split) const {
    return crates_.crate(split);
  }
  const simulator::VirtualDj& drawDj(SplitName split, Random& random) const {
    const auto names = splits_.members(kDjs, split);
    const std::string& name =
        names[static_cast<std::size_t>(random.below(static_cast<int>(names.size())))];
    return *std::find_if(djs_.begin(), djs_.end(),
                         [&](const simulator::VirtualDj& dj) { return dj.name == name; });
  }

 private:
  std::vector<simulator::VirtualDj> djs_;
  Crates crates_;
  Splits splits_;
};

std::string drawGenre(const DatasetRecipe& recipe, Random& random) {
  const auto genres = genresNamed(recipe.genres);
  const auto share = [](demo::Genre genre) {
    return kGenreShares[static_cast<std::size_t>(genre)];
  };
  double sum = 0;
  for (const demo::Genre genre : genres) sum += share(genre);
  double at = random.uniform(0, sum);
  for (const demo::Genre genre : genres) {
    at -= share(genre);
    if (at < 0) return std::string(demo::genreSpec(genre).id);
  }
  return std::string(demo::genreSpec(genres.back()).id);
}

// What came of one performance.
struct Take {
  SplitName split = SplitName::kTrain;
  std::vector<Window> windows, beatWindows;
  std::string name, log;
  bool tooShort = false;
};

struct Planned {
  SplitName split = SplitName::kTrain;
  simulator::PerformancePlan plan;
  Augmentation augmentation = Augmentation::kNone;
};

Planned planned(const World& world, const DatasetRecipe& recipe, int index) {
  Random random = Random(recipe.seed).fork(0x70657266).fork(static_cast<std::uint64_t>(index) + 1);
  Planned made;
  made.split = drawSplit(random);
  simulator::PlanOptions options;
  if (recipe.tracks.empty()) options.firstGenre = drawGenre(recipe, random);
  options.transitions = recipe.kind == DatasetKind::kTechnical ? 2 : 5;
  options.genreChange = recipe.kind == DatasetKind::kTechnical ? 0.15 : 0.5;
  const simulator::VirtualDj& dj = world.drawDj(made.split, random);
  made.plan = simulator::planPerformance(world.crate(made.split), dj, random.next(), options);
  made.plan.name = fmt::format("p{}", index);
  // Figures of validation and test are of plain sound.
  const auto kind =
      static_cast<Augmentation>(1 + random.below(static_cast<int>(kAugmentations) - 1));
  const bool augmented = random.chance(recipe.augmented) && made.split == SplitName::kTrain;
  made.augmentation = augmented ? kind : Augmentation::kNone;
  augmentPlan(made.augmentation, made.plan);
  return made;
}

Take take(const World& world, const DatasetRecipe& recipe, int index) {
  const Planned planned = dataset::planned(world, recipe, index);
  Take made;
  made.split = planned.split;
  made.name = planned.plan.name;
  try {
    const Recording recording = record(planned.plan, planned.augmentation);
    made.windows = cutWindows(recording, planned.plan, {});
    made.beatWindows = cutBeatWindows(recording, planned.plan);
    made.log = recording.log;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kInvalid) throw;
    made.tooShort = true;
  }
  return made;
}

nlohmann::json aboutOf(const DatasetRecipe& recipe, const World& world) {
  nlohmann::json about;
  about["kind"] = recipe.kind == DatasetKind::kTechnical ? "technical" : "creative";
  about["labels"] =
      "computed by the judge's formulas from what was played; creative heads are proxies; no human "
      "has rated anything";
  about["license"] = recipe.tracks.empty() ? "CC0-1.0" : "see licenses of the items";
  about["recipe"] = {{"seed", recipe.seed},
                     {"performances", recipe.performances},
                     {"djs", recipe.djs},
                     {"families", recipe.families},
                     {"first_family", recipe.firstFamily},
                     {"tracks_per_family", recipe.tracksPerFamily},
                     {"track_seconds", recipe.trackSeconds},
                     {"augmented", recipe.augmented},
                     {"tracks", world.trackCount()},
                     {"synthesised", recipe.tracks.empty()},
                     {"dsp_revision", engine::kDspRevision}};
  about["splits"] = {{"hash", world.splits().hash()}, {"file", "splits.txt"}};
  return about;
}

}  // namespace

void playAgain(
    const DatasetRecipe& recipe, const std::vector<int>& performances,
    const ReportProgress& progress,
    const std::function<void(int index, const Recording&, std::span<const float>)>& take) {
  const World world(recipe, progress);
  int done = 0;
  for (const int index : performances) {
    const Planned planned = dataset::planned(world, recipe, index);
    std::vector<float> sound;
    const Recording recording =
        record(planned.plan, planned.augmentation, [&](std::span<const float> stereo) {
          sound.insert(sound.end(), stereo.begin(), stereo.end());
        });
    take(index, recording, sound);
    if (progress) progress({"performances", ++done, static_cast<int>(performances.size())});
  }
}

DatasetRecipe recipeOf(const fs::path& directory) {
  const fs::path file = directory / "dataset.json";
  std::ifstream in(file);
  const nlohmann::json about = nlohmann::json::parse(in, nullptr, false);
  const auto recipe = about.find("recipe");
  if (!about.is_object() || recipe == about.end() || !recipe->contains("performances"))
    throw Error(ErrorCode::kInvalid, file.string() + ": no simulated data set");
  DatasetRecipe made;
  made.kind =
      about.value("kind", "") == "creative" ? DatasetKind::kCreative : DatasetKind::kTechnical;
  made.seed = recipe->at("seed");
  made.performances = recipe->at("performances");
  made.djs = recipe->at("djs");
  made.families = recipe->at("families");
  made.firstFamily = recipe->value("first_family", 0);
  made.tracksPerFamily = recipe->at("tracks_per_family");
  made.trackSeconds = recipe->at("track_seconds");
  made.augmented = recipe->at("augmented");
  return made;
}

DatasetReport simulateDataset(const fs::path& directory, const DatasetRecipe& recipe, int jobs,
                              const ReportProgress& progress) {
  ShardWriter writer(directory, soundFormat());
  ShardWriter beatWriter(directory / "transitions", beatFormat());
  const World world(recipe, progress);
  learning::writeWholeFile(directory / "splits.txt", world.splits().text());
  fs::create_directories(directory / "logs");
  DatasetReport report;
  std::map<std::string, std::size_t> genres;
  InOrder<Take> takes(recipe.performances, std::max(1, jobs),
                      [&](int index) { return take(world, recipe, index); });
  for (int i = 0; i < recipe.performances; ++i) {
    Take made = takes.next();
    if (made.tooShort) {
      ++report.skipped;
      continue;
    }
    learning::writeWholeFile(directory / "logs" / (made.name + ".djlog"), made.log);
    for (Window& window : made.windows) {
      ++genres[window.item["genre"].get<std::string>()];
      writer.add(made.split, std::move(window));
    }
    for (Window& window : made.beatWindows) beatWriter.add(made.split, std::move(window));
    if (progress) progress({"performances", i + 1, recipe.performances});
  }
  nlohmann::json about = aboutOf(recipe, world);
  about["genres"] = genres;
  about["skipped_performances"] = report.skipped;
  writer.finish(about);
  about.erase("genres");
  about["kind"] = "transitions";
  about["logs"] = "../logs";
  beatWriter.finish(about);
  report.windows = writer.windows();
  report.transitionWindows = beatWriter.windows();
  report.audioSeconds =
      static_cast<double>(report.windows * kWindowRows) * music::kSoundRowHop / kSampleRate;
  if (report.windows > 0) {
    report.sizeShare =
        static_cast<double>(writer.bytes()) / (report.audioSeconds * kDocumentBytesPerSecond);
  }
  return report;
}

}  // namespace dju::dataset
