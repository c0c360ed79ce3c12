// A mixer that listens against the rules (docs/mixing.md): the same pairs of records that nothing
// was trained on, played by both, measured against true beats, with the differences' 95 % intervals
// by bootstrap over pairs. Twice more with other spectrograms than the records' own: even ones, and
// those of other records; what it reads from them is worth as much as it loses. With DJU_EVAL_DIR
// also pieces of people. "not learned" marks measures that were no part of what it was trained on.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>

#include "arena/gate/pair_figures.h"
#include "core/half.h"
#include "demo/genres.h"
#include "mixer/reading_mixer.h"
#include "mixing/figures.h"
#include "mixing/pairs.h"
#include "mixing/people_records.h"
#include "serving/learned_mixers.h"

namespace {

using namespace dju;         // NOLINT(google-build-using-namespace)
using namespace dju::bench;  // NOLINT(google-build-using-namespace)

using arena::TrueRecord;
using SharedSound = std::shared_ptr<const mixer::Spectrogram>;

// Reads with other spectrograms than the records' own.
class Misled : public mixer::PairReader {
 public:
  using Choice = std::function<SharedSound(const crate::Record&)>;
  Misled(std::shared_ptr<mixer::PairReader> reader, Choice choice)
      : reader_(std::move(reader)), choice_(std::move(choice)) {}

  SharedSound spectrogramOf(const crate::Record& record) override { return choice_(record); }
  std::vector<mixer::PairOpinion> read(std::vector<mixer::PairPicture> pictures) override {
    return reader_->read(std::move(pictures));
  }

 private:
  std::shared_ptr<mixer::PairReader> reader_;
  Choice choice_;
};

// As long, each band at its mean over the whole record.
SharedSound evened(const mixer::Spectrogram& sound) {
  std::array<float, mixer::kSpectrogramBands> means{};
  const double seconds = static_cast<double>(sound.rows()) * mixer::kSpectrogramRowSeconds;
  sound.mean(0, seconds, means);
  std::vector<std::uint16_t> levels;
  for (std::size_t row = 0; row < sound.rows(); ++row)
    for (const float mean : means) levels.push_back(halfOfFloat(mean));
  return std::make_shared<const mixer::Spectrogram>(std::move(levels));
}

struct Measure {
  const char* name;
  bool learned;
  double (*of)(const PairFigures&);  // NaN where it cannot be said
};

double orNaN(const std::optional<double>& value) {
  return value.value_or(std::nan(""));
}

constexpr Measure kMeasures[] = {
    {"judge's score", true, [](const PairFigures& p) { return orNaN(p.score); }},
    {"  spectral continuity", true,
     [](const PairFigures& p) { return orNaN(p.parts.spectralContinuity); }},
    {"  tempo smoothness", true,
     [](const PairFigures& p) { return orNaN(p.parts.tempoSmoothness); }},
    {"  key compatibility", true,
     [](const PairFigures& p) { return orNaN(p.parts.keyCompatibility); }},
    {"  phrase alignment", true,
     [](const PairFigures& p) { return orNaN(p.parts.phraseAlignment); }},
    {"  bass handling", true, [](const PairFigures& p) { return orNaN(p.parts.bassHandling); }},
    {"  level handling", true, [](const PairFigures& p) { return orNaN(p.parts.levelHandling); }},
    {"voices together, s", true, [](const PairFigures& p) { return p.vocalOverlapSeconds; }},
    {"heard step, LU", false, [](const PairFigures& p) { return std::abs(orNaN(p.heardStepLu)); }},
    {"loudness step, LU", false, [](const PairFigures& p) { return std::abs(orNaN(p.stepLu)); }},
    {"beat offset, median ms", false, [](const PairFigures& p) { return orNaN(p.medianMs); }},
    {"beat offset, p95 ms", false, [](const PairFigures& p) { return orNaN(p.p95Ms); }},
    {"double bass, s", false, [](const PairFigures& p) { return p.doubleBassSeconds; }},
    {"true peak, dBTP", false, [](const PairFigures& p) { return p.truePeakDbtp; }},
    {"phrases aligned", false,
     [](const PairFigures& p) {
       return p.phraseAligned ? (*p.phraseAligned ? 1.0 : 0.0) : std::nan("");
     }},
    {"train wrecks", false, [](const PairFigures& p) { return p.wreck ? 1.0 : 0.0; }}};

double meanOf(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return values.empty() ? std::nan("") : sum / static_cast<double>(values.size());
}

void printDifference(const Measure& measure, const std::vector<PairFigures>& a,
                     const std::vector<PairFigures>& b) {
  std::vector<double> first, second, differences;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double x = measure.of(a[i]), y = measure.of(b[i]);
    if (std::isnan(x) || std::isnan(y)) continue;
    first.push_back(x);
    second.push_back(y);
    differences.push_back(x - y);
  }
  if (differences.empty()) return;
  const MeanWithin difference = meanWithin(differences);
  fmt::print("  {:<24} {:>8.3f} {:>8.3f} {:>+8.3f} [{:+.3f}, {:+.3f}] n {:<4} {}\n", measure.name,
             meanOf(first), meanOf(second), difference.mean, difference.low, difference.high,
             differences.size(), measure.learned ? "" : "not learned");
}

class Trial {
 public:
  Trial(std::shared_ptr<mixer::PairReader> reader, const mixer::ReadingWeights& weights,
        bool ablation)
      : reader_(std::move(reader)), weights_(weights), ablation_(ablation) {}

  void run(const std::string& title, const Records& records, const Pairs& pairs) const {
    if (pairs.empty()) return;
    fmt::print("\n{}, {} pairs\n", title, pairs.size());
    const std::vector<PairFigures> rules =
        played(records, pairs, mixer::findContestant("rules@1").valueOrThrow());
    fmt::print("rules@1: {}\n", styles(rules));
    const std::vector<PairFigures> own = compare("cnn", records, pairs, reader_, rules, "rules@1");
    if (!ablation_) return;
    const auto even = std::make_shared<Misled>(reader_, [this](const crate::Record& record) {
      return evened(*reader_->spectrogramOf(record));
    });
    compare("cnn, even spectrograms", records, pairs, even, own, "cnn");
    const auto others = std::make_shared<Misled>(reader_, [&](const crate::Record& record) {
      std::size_t at = 0;
      while (at < records.size() && records[at].record.id != record.id) ++at;
      return reader_->spectrogramOf(records[(at + records.size() / 2) % records.size()].record);
    });
    compare("cnn, other records' spectrograms", records, pairs, others, own, "cnn");
  }

 private:
  static std::vector<PairFigures> played(const Records& records, const Pairs& pairs,
                                         const mixer::Contestant& contestant) {
    std::vector<PairFigures> figures;
    for (const auto& [a, b] : pairs)
      figures.push_back(arena::measurePair(records[a], records[b], {}, contestant));
    return figures;
  }

  std::vector<PairFigures> compare(const std::string& name, const Records& records,
                                   const Pairs& pairs, std::shared_ptr<mixer::PairReader> reader,
                                   const std::vector<PairFigures>& base,
                                   const char* baseName) const {
    const auto figures = played(
        records, pairs, mixer::readingContestant("cnn", "trial", std::move(reader), weights_));
    fmt::print("{} against {}: {}\n", name, baseName, styles(figures));
    for (const Measure& measure : kMeasures) printDifference(measure, figures, base);
    std::fflush(stdout);
    return figures;
  }

  std::shared_ptr<mixer::PairReader> reader_;
  mixer::ReadingWeights weights_;
  bool ablation_;
};

struct Options {
  std::string models = "data/models";
  int version = 1, pairs = 120, perGenre = 4, firstFamily = arena::kHeldOutFamilies;
  double seconds = 150;
  bool ablation = true;
  mixer::ReadingWeights weights;
};

void run(const Options& options, const audio::Decoder& decoder) {
  const Trial trial(serving::learnedReader(options.models, {}, options.version), options.weights,
                    options.ablation);
  Records records;
  for (int genre = 0; genre < demo::kGenreCount; ++genre)
    for (int i = 0; i < options.perGenre; ++i)
      records.push_back(
          arena::synthesisedRecord(4711, genre, options.firstFamily + i, i, options.seconds));
  trial.run("synthesised, one genre", records,
            drawPairs(records, options.pairs, 1,
                      [](const TrueRecord& a, const TrueRecord& b) { return a.genre == b.genre; }));
  trial.run("synthesised, across genres", records,
            drawPairs(records, options.pairs / 3, 2,
                      [](const TrueRecord& a, const TrueRecord& b) { return a.genre != b.genre; }));
  const char* const folder = std::getenv("DJU_EVAL_DIR");
  if (folder == nullptr) return;
  const std::filesystem::path scratch =
      std::filesystem::temp_directory_path() / fmt::format("dju-bench-listening-{}", ::getpid());
  std::filesystem::create_directories(scratch);
  const Records people = fromFolder(folder, scratch, decoder);
  trial.run("people's pieces, tempos within 6 %", people,
            drawPairs(people, options.pairs / 2, 3, [](const TrueRecord& a, const TrueRecord& b) {
              const double ratio = a.truth.grid.bpm() / std::max(1.0, b.truth.grid.bpm());
              return ratio > 0.94 && ratio < 1.06;
            }));
  trial.run("people's pieces, any pair", people,
            drawPairs(people, options.pairs / 2, 4,
                      [](const TrueRecord&, const TrueRecord&) { return true; }));
  std::filesystem::remove_all(scratch);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("A mixer that listens, against the rules");
  Options options;
  app.add_option("--models", options.models, "The registry")->capture_default_str();
  app.add_option("--version", options.version, "Of the model")->capture_default_str();
  app.add_option("--pairs", options.pairs,
                 "Of one genre; a third across genres, half of each set "
                 "of people's pieces")
      ->capture_default_str();
  app.add_option("--per-genre", options.perGenre, "Synthesised tracks of each genre")
      ->capture_default_str();
  app.add_option("--first-family", options.firstFamily, "Of the synthesised tracks")
      ->capture_default_str();
  app.add_option("--seconds", options.seconds, "Their length")->capture_default_str();
  app.add_option("--cost-weight", options.weights.costWeight, "Of the rules")
      ->capture_default_str();
  app.add_option("--most-cost", options.weights.mostCost, "Above the cheapest")
      ->capture_default_str();
  app.add_flag("!--no-ablation", options.ablation, "Leave out the other spectrograms");
  CLI11_PARSE(app, argc, argv);
  const auto worker = std::filesystem::absolute(argv[0]).parent_path() / "dju_decode_worker";
  run(options, audio::Decoder({worker, {}}));
  return 0;
}
