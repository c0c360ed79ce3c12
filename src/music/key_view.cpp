#include "music/key_view.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

#include "core/time.h"

namespace dju::music {
namespace {

struct Register {
  double lowest, end;  // MIDI notes
};
constexpr Register kBass{36, 52};  // C2 to D#3: a bass two octaves down is heard by its second and
                                   // third harmonics
constexpr Register kAll{40, 84};   // E2 to B5: above, overtones and percussion are most of it
constexpr float kLowestTuned = 57,
                kHighestTuned = 90;  // where a peak's pitch is exact to a few cents
constexpr float kMostSalience = 8;
constexpr float kLeastSalience = 2;  // of pitch_peaks.h
constexpr float kSalienceRange = 8;
// Added to the spread of the pitch classes' shares, so that an even chroma says little.
constexpr double kEvenness = 0.02;
constexpr double kStretchSeconds = 2;  // where no grid gives bars
constexpr double kBassOfChord = 0.5;   // what the root in the bass adds to a chord's three notes

// Square roots of amplitudes, so that a loud tone does not drown a chord. A peak that hardly stands
// out is noise or percussion and counts little, as does one between two semitones.
Chroma chromaOf(const PitchFrame& frame, double tuning, const Register& range) {
  Chroma chroma{};
  double sum = 0;
  for (const PitchPeak& peak : frame.peaks) {
    const double pitch = static_cast<double>(peak.pitch) - tuning;
    const double semitone = std::round(pitch);
    if (semitone < range.lowest || semitone >= range.end) continue;
    const double nearness = std::cos(std::numbers::pi * (pitch - semitone));
    const double clearness =
        static_cast<double>(std::min(peak.salience - kLeastSalience, kSalienceRange));
    const double weight =
        std::sqrt(static_cast<double>(peak.magnitude)) * clearness * nearness * nearness;
    chroma[static_cast<std::size_t>(semitone) % 12] += weight;
    sum += weight;
  }
  // A loud frame counts more than a quiet one, but not as much more as it is louder.
  for (double& value : chroma) value /= std::sqrt(std::max(sum, 1e-9));
  return chroma;
}

void add(Chroma& sum, const Chroma& chroma) {
  for (std::size_t c = 0; c < 12; ++c) sum[c] += chroma[c];
}

Chroma unevenness(const Chroma& chroma) {
  Chroma out{};
  double sum = 0;
  for (const double value : chroma) sum += value;
  for (std::size_t c = 0; c < 12 && sum > 0; ++c) out[c] = chroma[c] / sum - 1.0 / 12;
  return out;
}

double sumOf(const Chroma& chroma) {
  double sum = 0;
  for (const double value : chroma) sum += value;
  return sum;
}

struct Bar {
  double seconds = 0;  // of its first beat, or of the track's start
  Chroma all{}, bass{}, firstBass{};
};

// Bars of four beats from the first frame on, the number of the first of them in `first`; stretches
// of two seconds without a grid.
std::vector<Bar> barsOf(std::span<const TonesAt> tones, const BeatGrid& grid, int& first) {
  std::vector<Bar> bars;
  if (tones.empty()) return bars;
  const auto barAt = [&](double seconds) {
    return grid.valid() ? grid.beatAt(seconds * kSampleRate) / 4 : seconds / kStretchSeconds;
  };
  const auto secondsOf = [&](double bar) {
    return grid.valid() ? grid.frameAt(4 * bar) / kSampleRate : bar * kStretchSeconds;
  };
  first = static_cast<int>(std::floor(barAt(tones.front().seconds)));
  for (const TonesAt& at : tones) {
    const double place = std::max(0.0, barAt(at.seconds) - first);
    const auto bar = static_cast<std::size_t>(place);
    while (bar >= bars.size()) {
      const auto number = static_cast<double>(first) + static_cast<double>(bars.size());
      bars.push_back({std::max(0.0, secondsOf(number)), {}, {}, {}});
    }
    add(bars[bar].all, at.all);
    add(bars[bar].bass, at.bass);
    if (grid.valid() && place - static_cast<double>(bar) < 0.25) add(bars[bar].firstBass, at.bass);
  }
  return bars;
}

// The chord that the bar's tones fit best: 0 to 11 major, 12 to 23 minor.
std::size_t chordOf(const Bar& bar) {
  const Chroma all = unevenness(bar.all), bass = unevenness(bar.bass);
  std::size_t best = 0;
  double highest = -1e9;
  for (std::size_t chord = 0; chord < 24; ++chord) {
    const std::size_t root = chord % 12, third = chord < 12 ? 4 : 3;
    const double fit =
        all[root] + all[(root + third) % 12] + all[(root + 7) % 12] + kBassOfChord * bass[root];
    if (fit <= highest) continue;
    highest = fit;
    best = chord;
  }
  return best;
}

// Bars of the grid that most phrases begin on, 0 to 7; -1 without phrases.
int phraseStartOf(const BeatGrid& grid, std::span<const Phrase> phrases) {
  std::array<int, kPhraseBars> votes{};
  for (const Phrase& phrase : phrases) {
    const auto bar = std::lround(grid.beatAt(phrase.start * kSampleRate) / 4);
    votes[static_cast<std::size_t>((bar % 8 + 8) % 8)] += std::min(phrase.bars, 16);
  }
  const auto most = std::max_element(votes.begin(), votes.end());
  return *most > 0 ? static_cast<int>(most - votes.begin()) : -1;
}

}  // namespace

Tuning tuningOf(const std::vector<PitchFrame>& frames) {
  // Deviations are angles, so that -49 and +49 cents are neighbours.
  std::complex<double> sum = 0;
  double weights = 0;
  for (const PitchFrame& frame : frames) {
    for (const PitchPeak& peak : frame.peaks) {
      if (peak.pitch < kLowestTuned || peak.pitch > kHighestTuned) continue;
      const double weight = std::sqrt(static_cast<double>(peak.magnitude)) *
                            static_cast<double>(std::min(peak.salience, kMostSalience));
      sum += std::polar(weight, 2 * std::numbers::pi * static_cast<double>(peak.pitch));
      weights += weight;
    }
  }
  if (sum == 0.0) return {};
  return {std::arg(sum) / (2 * std::numbers::pi), std::abs(sum) / weights};
}

std::vector<TonesAt> tonesOf(const std::vector<PitchFrame>& frames, double tuning) {
  std::vector<TonesAt> tones;
  for (const PitchFrame& frame : frames)
    tones.push_back({frame.seconds, chromaOf(frame, tuning, kAll), chromaOf(frame, tuning, kBass)});
  return tones;
}

double spreadOf(const Chroma& chroma) {
  double squares = 0;
  for (const double value : unevenness(chroma)) squares += value * value;
  return std::sqrt(squares / 12);
}

Chroma contrastOf(const Chroma& chroma) {
  Chroma out = unevenness(chroma);
  const double spread = spreadOf(chroma) + kEvenness;
  for (double& value : out) value /= spread;
  return out;
}

std::vector<KeyStretch> stretchesOf(std::span<const TonesAt> tones, const BeatGrid& grid,
                                    std::span<const Phrase> phrases) {
  int first = 0;
  const std::vector<Bar> bars = barsOf(tones, grid, first);
  const int start = grid.valid() ? phraseStartOf(grid, phrases) : -1;
  std::vector<KeyStretch> stretches;
  for (std::size_t i = 0; i < bars.size(); ++i) {
    const Bar& bar = bars[i];
    KeyStretch& out = stretches.emplace_back();
    out.seconds = bar.seconds;
    out.sums[0] = bar.all;
    out.sums[1] = bar.bass;
    if (!grid.valid()) continue;
    out.sums[2] = bar.firstBass;
    const std::size_t chord = chordOf(bar);
    out.sums[3 + chord / 12][chord % 12] = sumOf(bar.all);
    if (start < 0) continue;
    const auto at = static_cast<std::size_t>(((first + static_cast<int>(i) - start) % 8 + 8) % 8);
    out.sums[5 + at] = bar.bass;
    out.sums[5 + kPhraseBars + at] = bar.all;
  }
  return stretches;
}

KeyView viewOf(const KeyView& sums) {
  KeyView view{};
  for (std::size_t b = 0; b < kViewBlocks; ++b) view[b] = contrastOf(sums[b]);
  return view;
}

KeyView viewOf(std::span<const TonesAt> tones, const BeatGrid& grid,
               std::span<const Phrase> phrases) {
  KeyView sums{};
  for (const KeyStretch& stretch : stretchesOf(tones, grid, phrases)) {
    for (std::size_t b = 0; b < kViewBlocks; ++b) add(sums[b], stretch.sums[b]);
  }
  return viewOf(sums);
}

}  // namespace dju::music
