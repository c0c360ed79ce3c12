// The public benchmark of mixers (docs/mixing.md): fixed tracks, pairs and measures. Synthesised
// tracks of families that nothing was trained on, and with DJU_EVAL_DIR pieces of people, are
// analysed from their sound; all figures are taken against their true beats. Prints a row a mixer
// and set of pairs, the styles that were chosen, and the judge's score against the plain crossfade.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>

#include "audio/encode.h"
#include "core/random.h"
#include "demo/genres.h"
#include "mixer/contestants.h"
#include "mixing/figures.h"
#include "mixing/pairs.h"
#include "mixing/people_records.h"

namespace {

using namespace dju;         // NOLINT(google-build-using-namespace)
using namespace dju::bench;  // NOLINT(google-build-using-namespace)

using arena::TrueRecord;

std::vector<PairFigures> measure(const Records& records, const Pairs& pairs,
                                 const mixer::Contestant& contestant) {
  std::vector<PairFigures> figures;
  for (const auto& [a, b] : pairs)
    figures.push_back(arena::measurePair(records[a], records[b], {}, contestant));
  return figures;
}

void compare(const std::string& set, const Records& records, const Pairs& pairs) {
  if (pairs.empty()) return;
  fmt::print("\n{}\n{}\n", set, heading());
  std::vector<std::vector<PairFigures>> all;
  // Baselines need fewer pairs to be told apart.
  const Pairs some(pairs.begin(), pairs.begin() + static_cast<std::ptrdiff_t>(
                                                      std::min<std::size_t>(pairs.size(), 50)));
  for (const mixer::Contestant& contestant : mixer::contestants()) {
    all.push_back(measure(records, all.empty() ? pairs : some, contestant));
    fmt::print("{}\n", row(contestant.id(), all.back()));
    std::fflush(stdout);
  }
  fmt::print("styles of rules@1: {}\n", styles(all[0]));
  fmt::print("score, rules@1 less linear@1: {}\n", scoreDifference(all[0], all[1]));
  double sound = 0, cpu = 0;
  for (const PairFigures& pair : all[0]) {
    sound += pair.seconds;
    cpu += pair.cpuSeconds;
  }
  fmt::print("rendered and judged at {:.0f} x real time, one core\n", sound / cpu);
}

double secondsOf(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

// From records in memory to a file.
double encodeMix(const std::vector<mixer::TrackView>& views, const mixer::MixOptions& options,
                 const std::filesystem::path& file, double* seconds) {
  return secondsOf([&] {
    const mixer::Plan plan = mixer::planMix(views, {}, "rules@1");
    const auto encoder = file.extension() == ".flac"
                             ? audio::openFlac(file, {"Mix", "", ""}, {})
                             : audio::openOpus(file, {"Mix", "", ""}, audio::kArchiveOpus);
    const auto mix = mixer::playMix(plan, views, options, [&](const mixer::MixBlock& block) {
      if (block.wanted) encoder->push(block.master);
      return true;
    });
    encoder->finish();
    if (seconds != nullptr) *seconds = mix.log.end->frame.seconds();
  });
}

void speed(const std::filesystem::path& scratch, int repeats) {
  const Records records = arena::synthesised(77, 1, 2, 240);
  const std::vector<crate::Record> two = {records[0].record, records[1].record};
  double views = 1e9, plan = 1e9, flac = 1e9, opus = 1e9, preview = 1e9, length = 0;
  for (int i = 0; i < repeats; ++i) {
    std::vector<mixer::TrackView> tracks;
    views = std::min(
        views, secondsOf([&] { tracks = std::vector<mixer::TrackView>(two.begin(), two.end()); }));
    plan = std::min(plan, secondsOf([&] { mixer::planMix(tracks, {}, "rules@1"); }));
    flac = std::min(flac, encodeMix(tracks, {}, scratch / "mix.flac", &length));
    opus = std::min(opus, encodeMix(tracks, {}, scratch / "mix.opus", nullptr));
    mixer::MixOptions around;
    around.preview = mixer::MixPreview{0, 30};
    preview = std::min(preview, encodeMix(tracks, around, scratch / "preview.opus", nullptr));
  }
  fmt::print(
      "\nspeed, best of {}, two tracks of 240 s in memory, key lock on, one thread\n"
      "views of both {:.3f} s, plan {:.4f} s, mix of {:.0f} s to FLAC (24 bits) {:.2f} s, to Opus "
      "{:.2f} s, preview of 30 s to Opus {:.2f} s\n",
      repeats, views, plan, length, flac, opus, preview);
}

void run(int pairs, int perGenre, double seconds, bool timed, const audio::Decoder& decoder) {
  const std::filesystem::path scratch =
      std::filesystem::temp_directory_path() / fmt::format("dju-bench-mixing-{}", ::getpid());
  std::filesystem::create_directories(scratch);
  if (timed) speed(scratch, 3);
  if (pairs > 0) {
    const Records records = arena::synthesised(4711, demo::kGenreCount, perGenre, seconds);
    compare(fmt::format("synthesised, one genre ({} tracks of {:.0f} s)", records.size(), seconds),
            records, drawPairs(records, pairs, 1, [](const TrueRecord& a, const TrueRecord& b) {
              return a.genre == b.genre;
            }));
    compare("synthesised, across genres", records,
            drawPairs(records, pairs / 4, 2,
                      [](const TrueRecord& a, const TrueRecord& b) { return a.genre != b.genre; }));
    if (const char* folder = std::getenv("DJU_EVAL_DIR")) {
      const Records people = fromFolder(folder, scratch, decoder);
      const auto any = [](const TrueRecord&, const TrueRecord&) { return true; };
      const auto near = [](const TrueRecord& a, const TrueRecord& b) {
        const double ratio = a.truth.grid.bpm() / std::max(1.0, b.truth.grid.bpm());
        return ratio > 0.94 && ratio < 1.06;
      };
      compare(fmt::format("people's pieces ({}), tempos within 6 %", people.size()), people,
              drawPairs(people, pairs / 4, 3, near));
      compare("people's pieces, any pair", people, drawPairs(people, pairs / 4, 4, any));
    }
  }
  std::filesystem::remove_all(scratch);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Mixers, against true beats");
  int pairs = 200, perGenre = 5;
  double seconds = 150;
  bool timed = false;
  app.add_option("--pairs", pairs, "Of one genre; a quarter of it of each other set")
      ->capture_default_str();
  app.add_option("--per-genre", perGenre, "Synthesised tracks of each genre")
      ->capture_default_str();
  app.add_option("--seconds", seconds, "Their length")->capture_default_str();
  app.add_flag("--speed", timed, "Measure speed first");
  CLI11_PARSE(app, argc, argv);
  const auto worker = std::filesystem::absolute(argv[0]).parent_path() / "dju_decode_worker";
  run(pairs, perGenre, seconds, timed, audio::Decoder({worker, {}}));
  return 0;
}
