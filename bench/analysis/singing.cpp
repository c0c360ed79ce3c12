// A singer by formant synthesis: a glottal pulse with vibrato and breath through five resonators
// that glide from vowel to vowel, with a consonant's noise before each syllable. Formants are those
// of a tenor and a soprano as commonly tabled (e.g. the Csound manual, appendix "Formant Values").
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "analysis/material.h"
#include "core/random.h"

namespace dju::bench {
namespace {

constexpr double kRate = 48000;
constexpr std::size_t kFormants = 5;

struct Vowel {
  std::array<double, kFormants> hz, db, bandwidth;
};
using Vowels = std::array<Vowel, 5>;  // a e i o u

constexpr Vowels kSoprano = {{
    {{800, 1150, 2900, 3900, 4950}, {0, -6, -32, -20, -50}, {80, 90, 120, 130, 140}},
    {{350, 2000, 2800, 3600, 4950}, {0, -20, -15, -40, -56}, {60, 100, 120, 150, 200}},
    {{270, 2140, 2950, 3900, 4950}, {0, -12, -26, -26, -44}, {60, 90, 100, 120, 120}},
    {{450, 800, 2830, 3800, 4950}, {0, -11, -22, -22, -50}, {70, 80, 100, 130, 135}},
    {{325, 700, 2700, 3800, 4950}, {0, -16, -35, -40, -60}, {50, 60, 170, 180, 200}},
}};
constexpr Vowels kTenor = {{
    {{650, 1080, 2650, 2900, 3250}, {0, -6, -7, -8, -22}, {80, 90, 120, 130, 140}},
    {{400, 1700, 2600, 3200, 3580}, {0, -14, -12, -14, -20}, {70, 80, 100, 120, 120}},
    {{290, 1870, 2800, 3250, 3540}, {0, -15, -18, -20, -30}, {40, 90, 100, 120, 120}},
    {{400, 800, 2600, 2800, 3000}, {0, -10, -12, -12, -26}, {40, 80, 100, 120, 120}},
    {{350, 600, 2700, 2900, 3300}, {0, -20, -17, -14, -26}, {40, 60, 100, 120, 120}},
}};

// Two-pole resonator with unity gain at its centre (Klatt, JASA 67, 1980, eq. 1–2).
class Resonator {
 public:
  void set(double hz, double bandwidth) {
    const double r = std::exp(-std::numbers::pi * bandwidth / kRate);
    b_ = 2 * r * std::cos(2 * std::numbers::pi * hz / kRate);
    c_ = -r * r;
    a_ = (1 - r) * std::sqrt(1 - 2 * r * std::cos(4 * std::numbers::pi * hz / kRate) + r * r);
  }
  double run(double x) {
    const double y = a_ * x + b_ * y1_ + c_ * y2_;
    y2_ = y1_;
    y1_ = y;
    return y;
  }

 private:
  double a_ = 0, b_ = 0, c_ = 0, y1_ = 0, y2_ = 0;
};

// Rosenberg's glottal pulse (JASA 49, 1971, type B), differentiated by the lips.
class Glottis {
 public:
  double run(double hz) {
    phase_ += hz / kRate;
    phase_ -= std::floor(phase_);
    double flow = 0;
    if (phase_ < kOpening) {
      const double x = phase_ / kOpening;
      flow = 3 * x * x - 2 * x * x * x;
    } else if (phase_ < kOpening + kClosing) {
      const double x = (phase_ - kOpening) / kClosing;
      flow = 1 - x * x;
    }
    const double pressure = flow - last_;
    last_ = flow;
    return pressure * kRate / std::max(hz, 20.0) * 0.05;
  }
  bool open() const { return phase_ < kOpening + kClosing; }

 private:
  static constexpr double kOpening = 0.4, kClosing = 0.16;  // shares of the period
  double phase_ = 0, last_ = 0;
};

struct Syllable {
  double start, end;  // s
  double midi;
  std::size_t vowel;
  bool consonant;
};

double hzOf(double midi) {
  return 440 * std::exp2((midi - 69) / 12);
}

class Singer {
 public:
  Singer(const Vowels& vowels, std::uint64_t seed) : vowels_(vowels), random_(seed) {}

  void sing(const std::vector<Syllable>& line, std::vector<float>& out) {
    if (line.empty()) return;
    midi_ = line.front().midi - 1;
    shape_ = vowels_[line.front().vowel];
    const auto end = static_cast<std::size_t>(line.back().end * kRate);
    std::size_t at = 0;
    for (auto i = static_cast<std::size_t>(line.front().start * kRate); i < end && i < out.size();
         ++i) {
      const double time = static_cast<double>(i) / kRate;
      while (at + 1 < line.size() && line[at + 1].start <= time) ++at;
      out[i] += static_cast<float>(step(line[at], time, i));
    }
  }

 private:
  double step(const Syllable& syllable, double time, std::size_t index) {
    const double since = time - syllable.start, left = syllable.end - time;
    if (index % 48 == 0) glide(syllable, since);
    const double vibrato = 0.35 * std::clamp((since - 0.15) / 0.2, 0.0, 1.0) *
                           std::sin(2 * std::numbers::pi * 5.4 * time);
    const double hz = hzOf(midi_ + vibrato + drift_);
    double source = glottis_.run(hz);
    const double breath = random_.uniform(-1, 1);
    source += (glottis_.open() ? 0.05 : 0.015) * breath;
    const double envelope = std::clamp(since / 0.05, 0.0, 1.0) * std::clamp(left / 0.07, 0.0, 1.0);
    double sound = 0;
    for (std::size_t k = 0; k < kFormants; ++k) {
      sound += tract_[k].run(source * envelope) * std::pow(10, shape_.db[k] / 20);
    }
    // A hiss of 60 ms where the syllable begins with a consonant.
    if (syllable.consonant && since < 0.06) {
      hiss_ += 0.6 * (breath - hiss_);
      sound += 0.12 * std::sin(std::numbers::pi * since / 0.06) * (breath - hiss_);
    }
    return sound;
  }

  void glide(const Syllable& syllable, double since) {
    midi_ += (syllable.midi - midi_) * 0.05;  // 20 ms
    drift_ = 0.98 * drift_ + 0.01 * random_.uniform(-1, 1);
    const Vowel& target = vowels_[syllable.vowel];
    const double rate = since < 0.1 ? 0.03 : 0.1;
    for (std::size_t k = 0; k < kFormants; ++k) {
      shape_.hz[k] += (target.hz[k] - shape_.hz[k]) * rate;
      shape_.db[k] += (target.db[k] - shape_.db[k]) * rate;
      shape_.bandwidth[k] += (target.bandwidth[k] - shape_.bandwidth[k]) * rate;
      tract_[k].set(std::max(shape_.hz[k], k == 0 ? hzOf(midi_) : 0.0), shape_.bandwidth[k]);
    }
  }

  const Vowels& vowels_;
  Random random_;
  Glottis glottis_;
  std::array<Resonator, kFormants> tract_;
  Vowel shape_{};
  double midi_ = 60, drift_ = 0, hiss_ = 0;
};

bool hasVoice(demo::SectionKind kind) {
  return kind == demo::SectionKind::kGroove || kind == demo::SectionKind::kBreakdown ||
         kind == demo::SectionKind::kDrop;
}

// A walk over the scale in syllables of an eighth to half a bar.
std::vector<Syllable> composeLine(const demo::TrackRecipe& recipe, double start, double beat,
                                  int octave, Random& random) {
  std::vector<Syllable> line;
  int degree = 1 + 2 * random.below(3);
  for (double at = 0; at < 7;) {
    const double beats =
        std::array<double, 5>{0.5, 0.5, 1, 1, 2}[static_cast<std::size_t>(random.below(5))];
    const double length = std::min(beats, 7 - at);
    line.push_back({start + at * beat, start + (at + length) * beat,
                    static_cast<double>(demo::scaleNote(recipe, degree, octave)),
                    static_cast<std::size_t>(random.below(5)), random.chance(0.6)});
    at += length;
    degree = std::clamp(degree + random.below(5) - 2, 1, 8);
  }
  return line;
}

}  // namespace

VoiceTake sing(const demo::TrackRecipe& recipe, const demo::Score& score, std::uint64_t seed) {
  Random random(seed);
  const bool high = random.chance(0.5);
  Singer singer(high ? kSoprano : kTenor, random.next());
  VoiceTake take;
  take.samples.assign(static_cast<std::size_t>(score.frames), 0);
  const double beat = 60 / recipe.bpm;
  for (const demo::Section& section : score.sections) {
    if (!hasVoice(section.kind)) continue;
    // Two lines of two bars, then four bars of rest, in every phrase of eight.
    for (int bar = section.startBar; bar < section.startBar + section.bars; bar += 2) {
      if ((bar - section.startBar) % 8 >= 4) continue;
      const double start = score.beats[static_cast<std::size_t>(bar) * 4] / kRate;
      const auto line = composeLine(recipe, start, beat, high ? 4 : 3, random);
      singer.sing(line, take.samples);
      const Interval sung{line.front().start, line.back().end};
      if (!take.lines.empty() && sung.start - take.lines.back().end < 0.5) {
        take.lines.back().end = sung.end;
      } else {
        take.lines.push_back(sung);
      }
    }
  }
  return take;
}

}  // namespace dju::bench
