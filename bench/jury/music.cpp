#include "jury/music.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <tuple>
#include <vector>

#include "core/random.h"

namespace dju::jury {
namespace {

constexpr double kSeconds = 76;
constexpr int kPhraseBeats = 32;
constexpr int kBarBeats = 4;
constexpr int kSteps = 16;  // sixteenths of a bar
constexpr int kMinor = 12;

// One period of a sum of harmonics; read by interpolation.
class Wave {
 public:
  Wave(int harmonics, double slope) {
    for (std::size_t i = 0; i <= kSize; ++i) {
      double sum = 0;
      for (int h = 1; h <= harmonics; ++h)
        sum += std::sin(2 * M_PI * h * static_cast<double>(i) / kSize) / std::pow(h, slope);
      table_[i] = sum;
      most_ = std::max(most_, std::abs(sum));
    }
  }
  double at(double periods) const {
    const double place = (periods - std::floor(periods)) * kSize;
    const auto i = static_cast<std::size_t>(place);
    const double part = place - static_cast<double>(i);
    return (table_[i] + part * (table_[i + 1] - table_[i])) / most_;
  }

 private:
  static constexpr std::size_t kSize = 2048;
  std::array<double, kSize + 1> table_{};
  double most_ = 0;
};

double hertz(double midi) {
  return 440 * std::exp2((midi - 69) / 12);
}

// Roots of a progression over four bars, in semitones above the tonic, and whether each is minor.
struct Chord {
  int root;
  bool minor;
};
using Progression = std::array<Chord, 4>;
constexpr std::array<Progression, 3> kInMinor = {
    {{{{0, true}, {8, false}, {3, false}, {10, false}}},
     {{{0, true}, {0, true}, {5, true}, {7, true}}},
     {{{0, true}, {10, false}, {8, false}, {7, true}}}}};
constexpr std::array<Progression, 3> kInMajor = {
    {{{{0, false}, {7, false}, {9, true}, {5, false}}},
     {{{0, false}, {0, false}, {5, false}, {7, false}}},
     {{{0, false}, {9, true}, {5, false}, {7, false}}}}};

using Pattern = std::array<bool, kSteps>;

// What is drawn for a record.
struct Recipe {
  double bpm = 120;
  int tonic = 0;
  Progression chords{};
  Pattern bass{}, stabs{}, hats{};
  bool pad = false;  // chords are held, not struck
  double kickHz = 50, kickFall = 12, clapFall = 25, hatFall = 60, bassFall = 6, stabFall = 9;
  double bassGain = 0.28, chordGain = 0.1, hatGain = 0.1, clapGain = 0.16;
  int bassHarmonics = 4, chordHarmonics = 8;
  double chordSlope = 1.3;
};

Recipe draw(double bpm, int key, Random& random) {
  Recipe recipe;
  recipe.bpm = bpm;
  recipe.tonic = key % kMinor;
  const auto& known = key >= kMinor ? kInMinor : kInMajor;
  recipe.chords = known[static_cast<std::size_t>(random.below(static_cast<int>(known.size())))];
  const int bassKind = random.below(3);
  for (int step = 0; step < kSteps; ++step) {
    const auto s = static_cast<std::size_t>(step);
    // Off the beat, rolling sixteenths behind the kick, or by chance.
    recipe.bass[s] = bassKind == 0   ? step % 4 == 2
                     : bassKind == 1 ? step % 4 != 0
                                     : step % 8 == 0 || random.chance(0.35);
    recipe.stabs[s] = step % 8 == 3 || random.chance(0.2);
    recipe.hats[s] = step % 4 == 2 || random.chance(0.4);
  }
  recipe.pad = random.chance(0.4);
  recipe.kickHz = random.uniform(44, 58);
  recipe.kickFall = random.uniform(9, 16);
  recipe.clapFall = random.uniform(18, 35);
  recipe.hatFall = random.uniform(40, 90);
  recipe.bassFall = random.uniform(4, 9);
  recipe.stabFall = random.uniform(6, 12);
  recipe.bassGain = random.uniform(0.24, 0.32);
  recipe.chordGain = random.uniform(0.08, 0.12);
  recipe.hatGain = random.uniform(0.07, 0.12);
  recipe.clapGain = random.uniform(0.12, 0.2);
  recipe.bassHarmonics = 2 + random.below(5);
  recipe.chordHarmonics = 5 + random.below(8);
  recipe.chordSlope = random.uniform(1.1, 1.7);
  return recipe;
}

class Band {
 public:
  Band(const Recipe& recipe, std::uint64_t seed)
      : recipe_(recipe),
        noise_(seed),
        bass_(recipe.bassHarmonics, 1.2),
        chord_(recipe.chordHarmonics, recipe.chordSlope) {}

  std::pair<double, double> at(std::int64_t frame) {
    const double t = static_cast<double>(frame) / kSampleRate;
    const double beat = t * recipe_.bpm / 60;
    const double hiss = noise_.uniform(-1, 1);
    const auto whole = static_cast<std::int64_t>(std::floor(beat));
    const int inPhrase = static_cast<int>(whole % kPhraseBeats);
    const bool fill = inPhrase >= kPhraseBeats - 2;
    const double secondsInBeat = (beat - std::floor(beat)) * 60 / recipe_.bpm;
    const double secondsInPhrase =
        (beat - static_cast<double>(whole - inPhrase)) * 60 / recipe_.bpm;
    const double drums = kick(secondsInBeat, fill) + clap(whole, secondsInBeat, hiss) +
                         hat(beat, hiss) + crash(secondsInPhrase, hiss) +
                         (fill ? roll(beat, hiss) : 0);
    const double low = bass(beat, t);
    const double chords = chord(beat, t, inPhrase);
    const double wide = 0.4 * chords;
    return {drums + low + chords + wide, drums + low + chords - wide};
  }

 private:
  double kick(double seconds, bool fill) const {
    if (fill) return 0;
    const double periods = recipe_.kickHz * seconds + 1.1 * (1 - std::exp(-seconds * 40));
    return 0.5 * std::exp(-seconds * recipe_.kickFall) * std::sin(2 * M_PI * periods);
  }
  double clap(std::int64_t beat, double seconds, double hiss) const {
    return beat % 2 == 1 ? recipe_.clapGain * std::exp(-seconds * recipe_.clapFall) * hiss : 0;
  }
  double hat(double beat, double hiss) const {
    const auto [on, seconds] = struck(recipe_.hats, beat);
    return on ? recipe_.hatGain * std::exp(-seconds * recipe_.hatFall) * hiss : 0;
  }
  double crash(double seconds, double hiss) const { return 0.16 * std::exp(-seconds * 1.6) * hiss; }
  // A snare on each sixteenth that grows.
  double roll(double beat, double hiss) const {
    const double sixteenth = beat * 4 - std::floor(beat * 4);
    const double grown = std::fmod(beat, kPhraseBeats) - (kPhraseBeats - 2);
    return 0.11 * grown * std::exp(-sixteenth * 15 / recipe_.bpm * 25) * hiss;
  }
  double bass(double beat, double t) const {
    const auto [on, seconds] = struck(recipe_.bass, beat);
    if (!on) return 0;
    // Between 41 and 78 Hz, where club basses lie.
    int midi = 28 + (recipe_.tonic + chordAt(beat).root + 8) % 12;
    const double attack = std::min(1.0, seconds * 200);
    return recipe_.bassGain * attack * std::exp(-seconds * recipe_.bassFall) *
           bass_.at(hertz(midi) * t);
  }
  double chord(double beat, double t, int inPhrase) const {
    const Chord now = chordAt(beat);
    double gain = recipe_.chordGain;
    if (!recipe_.pad) {
      const auto [on, seconds] = struck(recipe_.stabs, beat);
      if (!on) return 0;
      gain *= 1.6 * std::min(1.0, seconds * 300) * std::exp(-seconds * recipe_.stabFall);
    }
    const std::array<int, 3> notes = {0, now.minor ? 3 : 4, 7};
    double sum = 0;
    for (const int note : notes) {
      const int midi = 57 + (recipe_.tonic + now.root + note + 3) % 12;
      sum += chord_.at(hertz(midi) * t);
    }
    // The second half of each phrase has the octave above, too.
    if (inPhrase >= kPhraseBeats / 2)
      sum += 0.6 * chord_.at(hertz(69 + (recipe_.tonic + now.root + 3) % 12) * t);
    return gain * sum;
  }

  Chord chordAt(double beat) const {
    return recipe_.chords[static_cast<std::size_t>(beat / kBarBeats) % recipe_.chords.size()];
  }
  // Whether the pattern has struck, and how long ago, within the last two beats.
  std::pair<bool, double> struck(const Pattern& pattern, double beat) const {
    const auto step = static_cast<std::int64_t>(std::floor(beat * 4));
    for (std::int64_t back = 0; back < 8 && back <= step; ++back) {
      if (!pattern[static_cast<std::size_t>((step - back) % kSteps)]) continue;
      return {true, (beat * 4 - static_cast<double>(step - back)) / 4 * 60 / recipe_.bpm};
    }
    return {false, 0};
  }

  Recipe recipe_;
  Random noise_;
  Wave bass_, chord_;
};

}  // namespace

const engine::test::TestTrack& record(double bpm, int key, std::uint64_t seed) {
  static std::map<std::tuple<double, int, std::uint64_t>, engine::test::TestTrack> made;
  const auto [at, missing] = made.try_emplace({bpm, key, seed});
  if (missing) {
    Random random(seed);
    Band band(draw(bpm, key, random), seed + 1);
    at->second = engine::test::makeTrack(
        kSeconds, [&](std::int64_t frame) { return band.at(frame); }, engine::test::gridOf(bpm));
  }
  return at->second;
}

}  // namespace dju::jury
