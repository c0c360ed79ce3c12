// How far the beat jumps, and whether bars go on, where one piece of people's gives way to another:
// what the judge's ear measures (judge/beat_jump.h, bar_jump.h) beside what was mixed. Pairs of
// pieces of DJU_EVAL_DIR (NAME.ogg, NAME.beats, NAME.downbeats, index.csv) whose tempos lie within
// 6 % are mixed by equal power, downbeat on downbeat, 30 s of the first alone, 10 s of both, 30 s
// of the second alone, and then by known distances beside. The place of the passage is given:
// whether it is found is bench_jury's question. Usage, beside the build's other programs:
// bench_passages [PAIRS [SEED]].
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <vector>

#include "analysis/pieces.h"
#include "core/random.h"
#include "core/time.h"
#include "judge/bar_jump.h"
#include "judge/beat_jump.h"
#include "music/features.h"

namespace {

using namespace dju;  // NOLINT(google-build-using-namespace)

constexpr double kAlone = 30, kBoth = 10, kMostChange = 0.06, kMargin = 1;

struct Distance {
  double lateMs;
  int beats;
};
constexpr Distance kDistances[] = {{0, 0},  {15, 0}, {30, 0}, {-50, 0},
                                   {80, 0}, {0, 1},  {0, 2},  {0, -1}};

struct Place {
  const bench::Piece* piece = nullptr;
  double downbeat = 0, bpm = 0;  // seconds
};

// A downbeat with so much before and after it, and the tempo there.
std::optional<Place> placeIn(const bench::Piece& piece, double before, double after,
                             Random& random) {
  std::vector<double> fits;
  const auto& beats = piece.truth.beats;
  for (const double downbeat : piece.truth.downbeats)
    if (downbeat > before && downbeat + after < beats.back()) fits.push_back(downbeat);
  if (fits.empty()) return {};
  const double at = fits[static_cast<std::size_t>(random.below(static_cast<int>(fits.size())))];
  const auto first = std::lower_bound(beats.begin(), beats.end(), at - 1);
  const auto last = std::upper_bound(beats.begin(), beats.end(), at + 12) - 1;
  if (last - first < 4) return {};
  return Place{&piece, at, 60 * static_cast<double>(last - first) / (*last - *first)};
}

double sampleAt(const bench::Piece& piece, double seconds) {
  const double place = seconds * kSampleRate;
  const auto at = static_cast<std::int64_t>(std::floor(place));
  const double part = place - static_cast<double>(at);
  const auto mono = [&](std::int64_t frame) {
    const auto i = static_cast<std::size_t>(2 * frame);
    if (frame < 0 || i + 1 >= piece.samples.size()) return 0.0;
    return (piece.samples[i] + piece.samples[i + 1]) / 65536.0;
  };
  return (1 - part) * mono(at) + part * mono(at + 1);
}

std::vector<float> mixed(const Place& first, const Place& second, double speed,
                         const Distance& distance) {
  std::vector<float> mono;
  const double late = distance.lateMs / 1000 + distance.beats * 60 / first.bpm;
  for (std::int64_t n = 0; n < static_cast<std::int64_t>((2 * kAlone + kBoth) * kSampleRate); ++n) {
    const double t = static_cast<double>(n) / kSampleRate - kAlone;
    const double angle = M_PI / 2 * std::clamp(t / kBoth, 0.0, 1.0);
    double value = 0;
    if (t < kBoth) value += std::cos(angle) * sampleAt(*first.piece, first.downbeat + t);
    if (t > 0)
      value += std::sin(angle) * sampleAt(*second.piece, second.downbeat + (t - late) * speed);
    mono.push_back(static_cast<float>(value));
  }
  return mono;
}

}  // namespace

int main(int argc, char** argv) {
  const int pairs = argc > 1 ? std::atoi(argv[1]) : 10;
  Random random(argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1);
  const char* folder = std::getenv("DJU_EVAL_DIR");
  if (folder == nullptr) {
    fmt::print("DJU_EVAL_DIR is not set: no pieces\n");
    return 1;
  }
  const auto binaries = std::filesystem::canonical("/proc/self/exe").parent_path();
  const auto scratch = std::filesystem::temp_directory_path() / "dju-bench-passages";
  std::filesystem::create_directories(scratch);
  std::vector<bench::Piece> pieces;
  for (const bench::Source& source :
       bench::realPieces(folder, binaries / "dju_decode_worker", scratch)) {
    auto piece = source.make();
    if (piece && !piece->truth.downbeats.empty()) pieces.push_back(std::move(*piece));
  }
  if (pieces.size() < 2) {
    fmt::print("{}: fewer than two pieces with downbeats\n", folder);
    return 1;
  }
  std::vector<double> errors;
  int mixes = 0, found = 0, bars = 0, barsRight = 0, made = 0;
  for (int tries = 0; made < pairs && tries < 10000; ++tries) {
    const auto count = static_cast<int>(pieces.size());
    const int a = random.below(count), b = random.below(count);
    if (a == b) continue;
    const auto first = placeIn(pieces[static_cast<std::size_t>(a)], kAlone + 1, kBoth + 3, random);
    const auto second =
        placeIn(pieces[static_cast<std::size_t>(b)], 2, 1.1 * (kBoth + kAlone) + 2, random);
    if (!first || !second) continue;
    const double speed = first->bpm / second->bpm;
    if (std::abs(speed - 1) > kMostChange) continue;
    ++made;
    int right = 0;
    std::vector<double> own;
    for (const Distance& distance : kDistances) {
      const std::vector<float> mono = mixed(*first, *second, speed, distance);
      judge::BeatJump beatJump;
      judge::BarJump barJump;
      beatJump.hear(mono);
      music::FeatureExtractor mel(music::standardDefinition(), {music::Feature::kLogMel});
      mel.push(mono, [&](const music::FeatureFrame& frame) {
        barJump.hear(frame[music::Feature::kLogMel]);
      });
      const judge::Stretch before{kMargin, kAlone - kMargin};
      const judge::Stretch after{kAlone + kBoth + kMargin, 2 * kAlone + kBoth - kMargin};
      ++mixes;
      const auto beats = beatJump.find(before, after);
      if (!beats) continue;
      ++found;
      own.push_back(std::abs(beats->milliseconds - distance.lateMs));
      const auto chances = barJump.bars(*beats, before, after);
      if (!chances) continue;
      ++bars;
      const auto likeliest =
          std::max_element(chances->of.begin(), chances->of.begin() + 4) - chances->of.begin();
      if (likeliest == (distance.beats + 4) % 4) ++right;
    }
    barsRight += right;
    errors.insert(errors.end(), own.begin(), own.end());
    std::sort(own.begin(), own.end());
    fmt::print(
        "{} + {}, {:.1f} BPM: {} of {} jumps heard, off by {:.1f} ms (median); bars right in {}\n",
        first->piece->name, second->piece->name, first->bpm, own.size(), std::size(kDistances),
        own.empty() ? 0.0 : own[own.size() / 2], right);
    std::fflush(stdout);
  }
  if (errors.empty()) return 1;
  std::sort(errors.begin(), errors.end());
  fmt::print(
      "{} pairs: {} of {} jumps heard, off by {:.1f} ms (median), nine in ten below {:.1f}, {:.1f} "
      "at most; "
      "bars right in {} of {} (by chance {})\n",
      made, found, mixes, errors[errors.size() / 2], errors[errors.size() * 9 / 10], errors.back(),
      barsRight, bars, bars / 4);
}
