#include "dataset/mixing/transition_worths.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <optional>

#include "arena/gate/pair_figures.h"
#include "core/random.h"
#include "dataset/in_order.h"
#include "dataset/shards.h"
#include "engine/battle.h"
#include "learning/data/whole_file.h"
#include "mixer/candidates.h"
#include "mixer/reading_mixer.h"

namespace dju::dataset {
namespace {

constexpr std::size_t kPlaces = 6;
// Above the cheapest candidate: what the rules dislike more is never tried.
constexpr double kMostCost = 1.4;
constexpr double kVoicesTogether = 8;  // seconds, as bad as it gets
constexpr const char* kExtras[] = {
    "heard_step_lu",  "loudness_step_lu", "double_bass_seconds", "vocal_overlap_seconds",
    "beat_offset_ms", "rules_cost",       "is_rules_choice"};

using arena::TrueRecord;

ShardFormat worthFormat() {
  ShardFormat format;
  format.definition = mixer::pictureDefinition();
  format.definitionText = "mixer/pair_picture.h";
  format.rowsAUnit = 1;
  format.unit = "row";
  format.rows = mixer::kPictureRows;
  format.columns = mixer::pictureColumns();
  format.melColumns = 3 * mixer::kSpectrogramBands;
  for (const std::string_view target : mixer::kPairTargets) format.labels.emplace_back(target);
  for (const char* extra : kExtras) format.extras.emplace_back(extra);
  return format;
}

struct Heard {
  TrueRecord record;
  mixer::Spectrogram sound;
};

// Half of all pairs are played with what people mostly wish for.
mixer::MixParameters drawWishes(Random& random) {
  mixer::MixParameters wishes;
  if (random.chance(0.5)) return wishes;
  constexpr int kLengths[] = {8, 16, 16, 32};
  wishes.transitionBars = kLengths[random.below(4)];
  wishes.boldness = random.uniform();
  wishes.effects = random.uniform();
  wishes.tempoRangePercent = random.uniform(3, 8);
  return wishes;
}

mixer::BlendShape drawShape(Random& random) {
  mixer::BlendShape shape;
  if (random.chance(0.35)) return shape;
  for (const mixer::ShapeField& field : mixer::kShapeFields) {
    // Effects on top are for people to ask for.
    if (field.member == &mixer::BlendShape::garnish) continue;
    if (random.chance(0.5)) shape.*field.member = random.uniform(-1, 1);
  }
  return shape;
}

struct Way {
  mixer::Transition transition;
  mixer::PairPicture picture;
  double cost = 0;
  bool rulesChoice = false;
};

class PairOfRecords {
 public:
  PairOfRecords(const Heard& outgoing, const Heard& incoming, Random random)
      : out_(outgoing), in_(incoming), random_(random), wishes_(drawWishes(random_)) {
    wishes_.order = mixer::TrackOrder::kGiven;
  }

  // The rules' own, and `count` - 1 others, the likelier the cheaper.
  std::vector<Way> ways(int count) {
    const std::vector<mixer::TrackView> views = {mixer::TrackView(out_.record.record),
                                                 mixer::TrackView(in_.record.record)};
    std::vector<Way> found;
    const mixer::Contestant drawer{
        "drawn", "1",
        [&](const mixer::TrackView& out, const mixer::TrackView& in,
            const mixer::Situation& situation, const mixer::MixParameters& wishes) {
          const mixer::CandidateBook book(out, in, situation, wishes);
          found = draw(book, count);
          return book.lastResort();
        }};
    mixer::planMix(views, wishes_, drawer);
    return found;
  }

  arena::PairFigures play(const Way& way) const {
    const mixer::Contestant given{
        "given", "1",
        [&](const auto&, const auto&, const auto&, const auto&) { return way.transition; }};
    return arena::measurePair(out_.record, in_.record, wishes_, given);
  }

 private:
  std::vector<Way> draw(const mixer::CandidateBook& book, int count) {
    std::vector<mixer::Candidate> candidates = book.candidates(kPlaces);
    std::vector<Way> found;
    if (candidates.empty()) return found;
    // What is found first stays the rules' choice, as in rules.cpp.
    const auto least = std::min_element(
        candidates.begin(), candidates.end(),
        [](const mixer::Candidate& a, const mixer::Candidate& b) { return a.cost < b.cost; });
    const double leastCost = least->cost;
    found.push_back(wayOf(book, *least, {}));
    found.back().rulesChoice = true;
    while (static_cast<int>(found.size()) < count) {
      double sum = 0;
      for (const mixer::Candidate& candidate : candidates) sum += weightOf(candidate, leastCost);
      double at = random_.uniform(0, sum);
      for (const mixer::Candidate& candidate : candidates) {
        at -= weightOf(candidate, leastCost);
        if (at > 0) continue;
        found.push_back(wayOf(book, candidate, drawShape(random_)));
        break;
      }
    }
    return found;
  }

  static double weightOf(const mixer::Candidate& candidate, double least) {
    const double above = candidate.cost - least;
    return above > kMostCost ? 0 : std::exp(-2 * above);
  }

  Way wayOf(const mixer::CandidateBook& book, const mixer::Candidate& candidate,
            const mixer::BlendShape& shape) const {
    Way way;
    way.transition = book.written(candidate, shape);
    way.cost = candidate.cost;
    const mixer::PictureSubject subject{book.outgoing(), book.incoming(), out_.sound, in_.sound};
    way.picture = mixer::pictureOf(subject, way.transition, shape, book.featuresOf(candidate));
    return way;
  }

  const Heard& out_;
  const Heard& in_;
  Random random_;
  mixer::MixParameters wishes_;
};

float orNaN(const std::optional<double>& value) {
  return value ? static_cast<float>(*value) : std::numeric_limits<float>::quiet_NaN();
}

Window windowOf(Way way, const arena::PairFigures& heard, const std::string& pair,
                const TrueRecord& out, const TrueRecord& in) {
  Window window;
  window.features = std::move(way.picture);
  const judge::TransitionParts& parts = heard.parts;
  const double voices = std::min(1.0, heard.vocalOverlapSeconds / kVoicesTogether);
  window.labels = {orNaN(heard.score),
                   orNaN(parts.spectralContinuity),
                   orNaN(parts.tempoSmoothness),
                   orNaN(parts.phraseAlignment),
                   orNaN(parts.bassHandling),
                   orNaN(parts.levelHandling),
                   orNaN(parts.keyCompatibility),
                   static_cast<float>(1 - voices)};
  window.extras = {orNaN(heard.heardStepLu),
                   orNaN(heard.stepLu),
                   static_cast<float>(heard.doubleBassSeconds),
                   static_cast<float>(heard.vocalOverlapSeconds),
                   orNaN(heard.medianMs),
                   static_cast<float>(way.cost),
                   way.rulesChoice ? 1.0F : 0.0F};
  window.item = {{"performance", pair},
                 {"pair", pair},
                 {"families", {out.family, in.family}},
                 {"genre", out.genre},
                 {"style", mixer::styleName(heard.style)},
                 {"bars", way.transition.genome.bars},
                 {"license", "CC0-1.0"}};
  return window;
}

// Some families of every genre, whose records are in memory.
class Shelf {
 public:
  Shelf(const WorthRecipe& recipe, int from, int until, const Splits& splits, int jobs,
        const std::function<void()>& made) {
    const int families = until - from;
    InOrder<Heard> records(recipe.genres * families, jobs, [&recipe, from, families](int i) {
      return heardRecord(recipe, i / families, from + i % families);
    });
    for (int i = 0; i < recipe.genres * families; ++i) {
      Heard heard = records.next();
      const SplitName split = splits.of(groupOf(i / families),
                                        std::to_string(recipe.firstFamily + from + i % families));
      sides_.at(static_cast<std::size_t>(split)).push_back(std::move(heard));
      made();
    }
  }

  static std::string groupOf(int genre) { return fmt::format("genre {}", genre); }

  struct Pair {
    const Heard* outgoing = nullptr;
    const Heard* incoming = nullptr;
  };
  // Of one genre or of two; of whatever there is where a side has none such. Nothing where a side
  // has fewer than two records.
  std::optional<Pair> draw(SplitName split, bool kin, Random& random) const {
    const std::vector<Heard>& side = sides_.at(static_cast<std::size_t>(split));
    if (side.size() < 2) return {};
    constexpr int kTries = 1000;
    Pair pair;
    for (int i = 0; i < kTries; ++i) {
      const Heard& a = any(side, random);
      const Heard& b = any(side, random);
      if (&a == &b) continue;
      pair = {&a, &b};
      if ((a.record.genre == b.record.genre) == kin) break;
    }
    return pair.outgoing != nullptr ? std::optional(pair) : std::nullopt;
  }

 private:
  static Heard heardRecord(const WorthRecipe& recipe, int genre, int family) {
    Heard heard;
    heard.record = arena::synthesisedRecord(recipe.seed, genre, recipe.firstFamily + family, family,
                                            recipe.trackSeconds);
    heard.sound = mixer::listenTo(heard.record.record.loaded.audio);
    return heard;
  }
  static const Heard& any(const std::vector<Heard>& side, Random& random) {
    return side[static_cast<std::size_t>(random.below(static_cast<int>(side.size())))];
  }

  std::array<std::vector<Heard>, kSplits.size()> sides_;
};

struct Played {
  SplitName split = SplitName::kTrain;
  std::vector<Window> windows;  // a transition each
};

Played playPair(const Shelf& shelf, const WorthRecipe& recipe, int index) {
  Random random = Random(recipe.seed).fork(0x70616972).fork(static_cast<std::uint64_t>(index) + 1);
  Played played;
  played.split = drawSplit(random);
  const auto drawn = shelf.draw(played.split, index % 4 != 3, random);
  if (!drawn) return played;
  PairOfRecords pair(*drawn->outgoing, *drawn->incoming, random);
  for (Way& way : pair.ways(recipe.waysAPair)) {
    const arena::PairFigures figures = pair.play(way);
    if (figures.score)
      played.windows.push_back(windowOf(std::move(way), figures, fmt::format("pair{:05}", index),
                                        drawn->outgoing->record, drawn->incoming->record));
  }
  return played;
}

nlohmann::json aboutOf(const WorthRecipe& recipe, std::size_t tracks, const Splits& splits) {
  nlohmann::json about;
  about["kind"] = "transition worths";
  about["labels"] = "computed by the judge's formulas against true beats";
  about["license"] = "CC0-1.0";
  about["recipe"] = {{"seed", recipe.seed},
                     {"families", recipe.families},
                     {"families_at_a_time", recipe.familiesAtATime},
                     {"first_family", recipe.firstFamily},
                     {"genres", recipe.genres},
                     {"track_seconds", recipe.trackSeconds},
                     {"pairs", recipe.pairs},
                     {"ways_a_pair", recipe.waysAPair},
                     {"synthesised", true},
                     {"tracks", tracks},
                     {"dsp_revision", engine::kDspRevision}};
  about["splits"] = {{"hash", splits.hash()}, {"file", "splits.txt"}};
  return about;
}

}  // namespace

WorthReport makeTransitionWorths(const std::filesystem::path& directory, const WorthRecipe& recipe,
                                 int jobs, const ReportProgress& progress) {
  const ShardFormat format = worthFormat();
  ShardWriter writer(directory, format);
  Splits splits;
  for (int genre = 0; genre < recipe.genres; ++genre) {
    std::vector<std::string> members;
    for (int i = 0; i < recipe.families; ++i)
      members.push_back(std::to_string(recipe.firstFamily + i));
    splits.deal(Shelf::groupOf(genre), members,
                Random(recipe.seed).fork(static_cast<std::uint64_t>(genre) + 1));
  }
  learning::writeWholeFile(directory / "splits.txt", splits.text());
  const int rounds = (recipe.families + recipe.familiesAtATime - 1) / recipe.familiesAtATime;
  WorthReport report;
  int done = 0;
  for (int round = 0; round < rounds; ++round) {
    const Shelf shelf(
        recipe, round * recipe.families / rounds, (round + 1) * recipe.families / rounds, splits,
        jobs, [&] {
          ++report.tracks;
          if (progress)
            progress({"tracks", static_cast<int>(report.tracks), recipe.genres * recipe.families});
        });
    const int first = done;
    const auto until =
        static_cast<int>(static_cast<std::int64_t>(recipe.pairs) * (round + 1) / rounds);
    InOrder<Played> pairs(until - first, jobs,
                          [&](int i) { return playPair(shelf, recipe, first + i); });
    for (; done < until; ++done) {
      Played played = pairs.next();
      report.pairs += played.windows.empty() ? 0 : 1;
      report.transitions += played.windows.size();
      for (Window& window : played.windows) writer.add(played.split, std::move(window));
      if (progress) progress({"pairs", done + 1, recipe.pairs});
    }
  }
  writer.finish(aboutOf(recipe, report.tracks, splits));
  return report;
}

}  // namespace dju::dataset
