#include "dataset/excerpts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "core/random.h"
#include "dataset/in_order.h"
#include "dataset/record.h"
#include "dataset/shards.h"
#include "engine/battle.h"
#include "learning/data/whole_file.h"
#include "simulator/excerpt.h"

namespace dju::dataset {
namespace {

// What may happen to the sound on its way; the decks play as drawn. Half of it goes through the
// codec, as every sound of a battle does that is not heard on the server itself.
constexpr std::array kWays = {Augmentation::kOpus,  Augmentation::kOpus, Augmentation::kOpus,
                              Augmentation::kNoise, Augmentation::kRoom, Augmentation::kCrowd};

struct Take {
  SplitName split = SplitName::kTrain;
  std::vector<Window> windows;  // one, or none where nothing is to be learned
};

Take take(const Crates& crates, const ExcerptRecipe& recipe, int index) {
  Random random =
      Random(recipe.tracks.seed).fork(0x65786365).fork(static_cast<std::uint64_t>(index) + 1);
  Take made;
  made.split = drawSplit(random);
  // A handful of families may leave a side without any of this round.
  for (const SplitName other : {SplitName::kTrain, SplitName::kValidation, SplitName::kTest})
    if (crates.crate(made.split).empty()) made.split = other;
  const bool changed = random.chance(recipe.augmented) && made.split == SplitName::kTrain;
  const Augmentation way =
      kWays.at(static_cast<std::size_t>(random.below(static_cast<int>(kWays.size()))));
  const simulator::ExcerptPlan plan =
      simulator::drawExcerpt(crates.crate(made.split), fmt::format("x{}", index), random.next());
  const Recording recording = recordExcerpt(plan, changed ? way : Augmentation::kNone);
  made.windows = cutWindows(recording, plan.about, {.keepAlone = 1});
  return made;
}

nlohmann::json aboutOf(const ExcerptRecipe& recipe, std::size_t tracks, const Splits& splits) {
  const bool synthesised = recipe.tracks.folder.empty();
  nlohmann::json about;
  about["kind"] = "excerpts";
  about["labels"] =
      "computed by the judge's formulas from what was played; creative heads are proxies; no human "
      "has rated anything";
  about["license"] = synthesised ? "CC0-1.0" : "see licenses of the items";
  about["recipe"] = {{"seed", recipe.tracks.seed},
                     {"excerpts", recipe.excerpts},
                     {"families", recipe.tracks.families},
                     {"first_family", recipe.tracks.firstFamily},
                     {"tracks_per_family", recipe.tracks.tracksPerFamily},
                     {"track_seconds", recipe.tracks.trackSeconds},
                     {"augmented", recipe.augmented},
                     {"tracks", tracks},
                     {"synthesised", synthesised},
                     {"dsp_revision", engine::kDspRevision}};
  about["splits"] = {{"hash", splits.hash()}, {"file", "splits.txt"}};
  return about;
}

}  // namespace

ExcerptReport makeExcerpts(const std::filesystem::path& directory, const ExcerptRecipe& recipe,
                           int jobs, const ReportProgress& progress) {
  ShardWriter writer(directory, soundFormat());
  Splits splits;
  const bool synthesised = recipe.tracks.folder.empty();
  if (synthesised) dealFamilies(recipe.tracks, splits);
  const int families = recipe.tracks.families;
  const int rounds =
      synthesised ? (families + recipe.familiesAtATime - 1) / recipe.familiesAtATime : 1;
  ExcerptReport report;
  std::map<std::string, std::size_t> genres;
  int done = 0;
  for (int round = 0; round < rounds; ++round) {
    Crates crates(recipe.tracks, round * families / rounds, (round + 1) * families / rounds,
                  progress);
    if (synthesised) {
      crates.divideBy(splits);
    } else {
      crates.dealInto(splits);
    }
    report.tracks += crates.tracks().size();
    const int until =
        static_cast<int>(static_cast<std::int64_t>(recipe.excerpts) * (round + 1) / rounds);
    const int first = done;
    InOrder<Take> takes(until - first, std::max(1, jobs),
                        [&](int i) { return take(crates, recipe, first + i); });
    for (; done < until; ++done) {
      Take made = takes.next();
      for (Window& window : made.windows) {
        ++genres[window.item["genre"].get<std::string>()];
        writer.add(made.split, std::move(window));
      }
      if (progress) progress({"excerpts", done + 1, recipe.excerpts});
    }
  }
  learning::writeWholeFile(directory / "splits.txt", splits.text());
  nlohmann::json about = aboutOf(recipe, report.tracks, splits);
  about["genres"] = genres;
  writer.finish(about);
  report.windows = writer.windows();
  return report;
}

}  // namespace dju::dataset
