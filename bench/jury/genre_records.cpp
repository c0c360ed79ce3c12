#include "jury/genre_records.h"

#include <algorithm>
#include <cmath>

#include "demo/demo_tracks.h"
#include "music/loudness.h"
#include "simulator/crate.h"

namespace dju::jury {
namespace {

// scripts/train-judge takes families 0 to 103 of each genre, mixers' recipes those below 9000.
constexpr int kFirstFamily = 30000;
constexpr std::uint64_t kSeed = 1;
constexpr double kWholeSeconds = 320;  // so that a drop lasts about a minute
constexpr double kSeconds = 80;        // from the drop on, longer than any battle plays a record
constexpr double kLufs = -14;          // as loud as the jury's own
constexpr int kMinor = 12;

engine::test::TestTrack cut(const demo::Sample& audio, double from, double gain, double bpm) {
  const auto first = static_cast<std::size_t>(from);
  return engine::test::makeTrack(
      kSeconds,
      [&](std::int64_t frame) {
        const std::size_t i = std::min(first + static_cast<std::size_t>(frame), audio.size() - 1);
        const auto sample = [gain](float value) {
          return std::clamp(gain * static_cast<double>(value), -1.0, 1.0);
        };
        return std::pair(sample(audio.left[i]), sample(audio.right[i]));
      },
      engine::test::gridOf(bpm, from - static_cast<double>(first)));
}

}  // namespace

double GenreRecords::bpm() const {
  const demo::GenreSpec& spec = demo::genreSpec(genre_);
  return std::round((spec.bpmLow + spec.bpmHigh) / 2);
}

const engine::test::TestTrack& GenreRecords::record(int key) {
  const auto [at, missing] = made_.try_emplace(key);
  if (!missing) return at->second;
  // A family of its own for each key, so that no two records share their sounds.
  demo::TrackRecipe recipe =
      simulator::familyRecipe(kSeed, genre_, kFirstFamily + key, 0, kWholeSeconds);
  recipe.bpm = bpm();
  recipe.tonic = key % kMinor;
  recipe.mode = key >= kMinor ? demo::Mode::kMinor : demo::Mode::kMajor;
  const demo::Track track = demo::synthesize(recipe);
  const auto drop =
      std::ranges::find(track.truth.sections, demo::SectionKind::kDrop, &demo::Section::kind);
  const double from = track.truth.beats[static_cast<std::size_t>(4 * drop->startBar)];
  const engine::test::TestTrack asItIs = cut(track.audio, from, 1, recipe.bpm);
  const engine::TrackAudio& audio = asItIs.loaded.audio;
  const double loud =
      music::measureLoudness({audio.samples, audio.frames, audio::kUnityScale}).integratedLufs;
  at->second = cut(track.audio, from, std::pow(10, (kLufs - loud) / 20), recipe.bpm);
  return at->second;
}

}  // namespace dju::jury
