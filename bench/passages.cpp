// Where one piece gives way to another, by sound alone, as the judge's ear hears it
// (judge/passage_ear.h); and, the place given, how far the beat jumps and whether bars go on
// (judge/beat_jump.h, bar_jump.h).
//
// Places: mixes as passages/piece_mixes.h makes them, and each piece alone, which has no passage;
// found is what has its middle within four or eight beats of the true one. Pieces of people of
// DJU_EVAL_DIR (NAME.ogg, NAME.beats, NAME.downbeats, index.csv), and synthesised ones; each in two
// halves that share no piece, one to tune on (every other piece of people, families of one seed)
// and one that was held out.
//
// Jumps: pairs of people's pieces whose tempos lie within 6 % are mixed by equal power, downbeat on
// downbeat, 30 s of the first alone, 10 s of both, 30 s of the second alone, and then by known
// distances beside.
//
// Usage, beside the build's other programs: bench_passages places [MIXES a half [SEED]], or
// bench_passages jumps [PAIRS [SEED]].
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include "analysis/pieces.h"
#include "core/random.h"
#include "core/time.h"
#include "judge/bar_jump.h"
#include "judge/beat_jump.h"
#include "judge/passage_ear.h"
#include "music/features.h"
#include "passages/piece_mixes.h"
#include "support/cpu.h"

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

using Pieces = std::vector<bench::Piece>;

// What a listener finds in some mixes.
class Found {
 public:
  void add(const bench::PieceMix& mix) {
    judge::PassageEar ear;
    std::vector<float> block(std::size_t{2} * kBlockFrames);
    const double before = bench::cpuSeconds();
    for (std::size_t at = 0; at + kBlockFrames <= mix.mono.size(); at += kBlockFrames) {
      for (std::size_t n = 0; n < kBlockFrames; ++n)
        block[2 * n] = block[2 * n + 1] = mix.mono[at + n];
      ear.hear(block);
    }
    const auto passages = ear.passages();
    cpu_ += bench::cpuSeconds() - before;
    seconds_ += static_cast<double>(mix.mono.size()) / kSampleRate;
    for (std::size_t i = 0; i < kWithin.size(); ++i) {
      bool hit = false;
      for (const judge::HeardPassage& passage : passages) {
        const bool right = mix.both && offBy(passage, *mix.both) <= kWithin[i] * mix.beat;
        falseAlarms_[i] += right && !hit ? 0 : 1;
        hit = hit || right;
      }
      if (mix.both) (hit ? hits_ : missed_)[i] += 1;
    }
  }
  void print(std::string_view what) const {
    for (std::size_t i = 0; i < kWithin.size(); ++i)
      fmt::print("{}: {} of {} within {} beats, {} false alarms, {:.1f} an hour; F1 {:.2f}\n", what,
                 hits_[i], hits_[i] + missed_[i], kWithin[i], falseAlarms_[i],
                 falseAlarms_[i] / seconds_ * 3600,
                 2.0 * hits_[i] / std::max(1, 2 * hits_[i] + falseAlarms_[i] + missed_[i]));
    fmt::print("{}: {:.1f} minutes, {:.1f} ms of CPU time a second of sound\n", what, seconds_ / 60,
               1000 * cpu_ / seconds_);
    std::fflush(stdout);
  }

 private:
  static constexpr std::array kWithin = {4, 8};  // beats

  static double offBy(const judge::HeardPassage& passage, const bench::Interval& both) {
    return std::abs(passage.start.seconds() + passage.end.seconds() - both.start - both.end) / 2;
  }

  std::array<int, kWithin.size()> hits_{}, missed_{}, falseAlarms_{};
  double seconds_ = 0, cpu_ = 0;
};

void findPlaces(std::string_view what, const Pieces& pieces, int mixes, std::uint64_t seed) {
  Random random(seed);
  Found found;
  for (const bench::Piece& piece : pieces) found.add(bench::alone(piece));
  const auto count = static_cast<int>(pieces.size());
  int made = 0;
  for (int tries = 0; made < mixes && tries < 10000; ++tries) {
    const int a = random.below(count), b = random.below(count);
    if (a == b) continue;
    const auto mix = bench::mixed(pieces[static_cast<std::size_t>(a)],
                                  pieces[static_cast<std::size_t>(b)], random);
    if (!mix) continue;
    found.add(*mix);
    ++made;
  }
  found.print(what);
}

Pieces madeOf(const std::vector<bench::Source>& sources) {
  Pieces pieces;
  for (const bench::Source& source : sources) {
    auto piece = source.make();
    if (piece && !piece->truth.downbeats.empty()) pieces.push_back(std::move(*piece));
  }
  return pieces;
}

void places(const Pieces& people, int mixes, std::uint64_t seed) {
  std::array<Pieces, 2> halves;
  for (std::size_t i = 0; i < people.size(); ++i) halves[i % 2].push_back(people[i]);
  findPlaces("people's pieces to tune on", halves[0], mixes, seed);
  findPlaces("people's pieces held out", halves[1], mixes, seed);
  constexpr std::uint64_t kToTuneOn = 101, kHeldOut = 202;
  findPlaces("synthesised pieces to tune on", madeOf(bench::synthesisedPieces(kToTuneOn, 2)), mixes,
             seed);
  findPlaces("synthesised pieces held out", madeOf(bench::synthesisedPieces(kHeldOut, 2)), mixes,
             seed);
}

bool jumps(const Pieces& pieces, int pairs, std::uint64_t seed) {
  Random random(seed);
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
  if (errors.empty()) return false;
  std::sort(errors.begin(), errors.end());
  fmt::print(
      "{} pairs: {} of {} jumps heard, off by {:.1f} ms (median), nine in ten below {:.1f}, {:.1f} "
      "at most; "
      "bars right in {} of {} (by chance {})\n",
      made, found, mixes, errors[errors.size() / 2], errors[errors.size() * 9 / 10], errors.back(),
      barsRight, bars, bars / 4);
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view what = argc > 1 ? argv[1] : "";
  const int count = argc > 2 ? std::atoi(argv[2]) : 0;
  const std::uint64_t seed = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 1;
  if (what != "places" && what != "jumps") {
    fmt::print("bench_passages places [MIXES a half [SEED]], or jumps [PAIRS [SEED]]\n");
    return 1;
  }
  const char* folder = std::getenv("DJU_EVAL_DIR");
  if (folder == nullptr) {
    fmt::print("DJU_EVAL_DIR is not set: no pieces\n");
    return 1;
  }
  const auto binaries = std::filesystem::canonical("/proc/self/exe").parent_path();
  const auto scratch = std::filesystem::temp_directory_path() / "dju-bench-passages";
  std::filesystem::create_directories(scratch);
  const Pieces people = madeOf(bench::realPieces(folder, binaries / "dju_decode_worker", scratch));
  if (people.size() < 4) {
    fmt::print("{}: fewer than four pieces with downbeats\n", folder);
    return 1;
  }
  if (what == "jumps") return jumps(people, count > 0 ? count : 10, seed) ? 0 : 1;
  places(people, count > 0 ? count : 30, seed);
}
