#include "music/key_estimate.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <numbers>
#include <span>

#include "music/pitch_peaks.h"

namespace dju::music {
namespace {

constexpr std::size_t kKeys = 24;  // C major … B major, C minor … B minor
using Chroma = std::array<double, 12>;
using Registers = std::array<Chroma, 2>;  // of the bass and of all tones
using Scores = std::array<double, kKeys>;

// The bass is heard apart from all tones too: the same seven notes make a major key and its
// relative minor, and the bass tells which of the two tonics the music rests on.
struct Register {
  double lowest, end;  // MIDI notes
};
constexpr std::array<Register, 2> kRegisters = {{
    {36, 52},  // C2 to D#3: a bass two octaves down is heard by its second and third harmonics
    {40, 84},  // E2 to B5: above, overtones and percussion are most of what there is
}};
constexpr std::size_t kAll = 1;
constexpr float kLowestTuned = 57,
                kHighestTuned = 90;  // where a peak's pitch is exact to a few cents
constexpr float kMostSalience = 8;
constexpr float kLeastSalience = 2;  // of pitch_peaks.h
constexpr float kSalienceRange = 8;
// Added to the spread of the pitch classes' shares, so that an even chroma scores little.
constexpr double kEvenness = 0.02;
constexpr double kLeastConfidence = 0.15;
// Of the shares of the pitch classes: 20 s of noise have 0.026, and of 168 tracks none had less
// than 0.050.
constexpr double kLeastSpread = 0.035;
constexpr double kSegmentSeconds = 8;
constexpr double kChangeCost = 60;  // in nats, of leaving a key

// How much each degree above the tonic speaks for a major and a minor key, in the bass and in all:
// a softmax regression over 24 keys on synthesised sound, held near profiles learnt on the notes of
// scores and those that Faraldo counted in electronic dance music ("edma"; Faraldo et al., "Key
// estimation in electronic dance music", ECIR 2016). docs/features.md says how.
constexpr std::array<Registers, 2> kProfiles = {
    {{{{0.138, 0.010, 0.002, 0.002, -0.164, 0.065, -0.044, -0.024, 0.026, -0.039, -0.022, 0.050},
       {2.536, -1.400, -0.123, -0.749, 0.704, 0.570, -0.715, 1.826, -1.241, -0.702, -1.854,
        1.147}}},
     {{{0.233, 0.029, -0.034, -0.050, -0.033, -0.160, -0.102, 0.092, -0.061, -0.024, 0.147, -0.038},
       {3.071, -3.379, 0.810, 1.564, -0.718, -1.015, -0.442, 2.149, 0.053, -2.066, 0.769,
        -0.797}}}}};
constexpr double kMinorOffset = 0.087;  // of every minor key's score, learnt with them

// Mean deviation from the nearest semitone, in semitones: deviations are angles, so that -49 and
// +49 cents are neighbours.
double tuningOf(const std::vector<PitchFrame>& frames) {
  std::complex<double> sum = 0;
  for (const PitchFrame& frame : frames) {
    for (const PitchPeak& peak : frame.peaks) {
      if (peak.pitch < kLowestTuned || peak.pitch > kHighestTuned) continue;
      const double weight = std::sqrt(static_cast<double>(peak.magnitude)) *
                            static_cast<double>(std::min(peak.salience, kMostSalience));
      sum += std::polar(weight, 2 * std::numbers::pi * static_cast<double>(peak.pitch));
    }
  }
  return sum == 0.0 ? 0 : std::arg(sum) / (2 * std::numbers::pi);
}

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

void add(Registers& sum, const PitchFrame& frame, double tuning) {
  for (std::size_t r = 0; r < kRegisters.size(); ++r) {
    const Chroma chroma = chromaOf(frame, tuning, kRegisters[r]);
    for (std::size_t c = 0; c < 12; ++c) sum[r][c] += chroma[c];
  }
}

// Each pitch class's share of the sum, less an even one; all 0 for silence.
Chroma unevenness(const Chroma& chroma) {
  Chroma out{};
  double sum = 0;
  for (const double value : chroma) sum += value;
  for (std::size_t c = 0; c < 12 && sum > 0; ++c) out[c] = chroma[c] / sum - 1.0 / 12;
  return out;
}

double spreadOf(const Chroma& uneven) {
  double squares = 0;
  for (const double value : uneven) squares += value * value;
  return std::sqrt(squares / 12);
}

// How well the tones fit each key, as a logarithm of likelihood but for a constant.
Scores scoreKeys(const Registers& tones) {
  Scores scores{};
  for (std::size_t r = 0; r < kRegisters.size(); ++r) {
    const Chroma uneven = unevenness(tones[r]);
    const double spread = spreadOf(uneven) + kEvenness;
    for (std::size_t key = 0; key < kKeys; ++key) {
      const Chroma& profile = kProfiles[key / 12][r];
      for (std::size_t degree = 0; degree < 12; ++degree) {
        scores[key] += profile[degree] * uneven[(key + degree) % 12] / spread;
      }
    }
  }
  for (std::size_t key = 12; key < kKeys; ++key) scores[key] += kMinorOffset;
  return scores;
}

std::size_t bestOf(const Scores& scores) {
  return static_cast<std::size_t>(std::max_element(scores.begin(), scores.end()) - scores.begin());
}

// The share of the best key: softmax.
double confidenceOf(const Scores& scores) {
  const double best = *std::max_element(scores.begin(), scores.end());
  double sum = 0;
  for (const double score : scores) sum += std::exp(score - best);
  return 1 / sum;
}

Key keyAt(std::size_t index) {
  return {static_cast<int>(index % 12), index < 12 ? KeyMode::kMajor : KeyMode::kMinor};
}

// The most likely keys of stretches, when each change costs kChangeCost (Viterbi).
std::vector<std::size_t> followKeys(const std::vector<Scores>& stretches) {
  std::vector<std::array<std::size_t, kKeys>> from(stretches.size());
  Scores total{};
  for (std::size_t i = 0; i < stretches.size(); ++i) {
    const std::size_t best = bestOf(total);
    const double changed = total[best] - (i == 0 ? 0 : kChangeCost);
    for (std::size_t key = 0; key < kKeys; ++key) {
      from[i][key] = total[key] >= changed ? key : best;
      total[key] = std::max(total[key], changed) + stretches[i][key];
    }
  }
  std::vector<std::size_t> path(stretches.size());
  std::size_t key = bestOf(total);
  for (std::size_t i = stretches.size(); i-- > 0;) {
    path[i] = key;
    key = from[i][key];
  }
  return path;
}

// The likeliest key of each stretch of kSegmentSeconds.
std::vector<std::size_t> keysOfStretches(const std::vector<PitchFrame>& frames, double tuning) {
  std::vector<Registers> stretches;
  for (const PitchFrame& frame : frames) {
    const auto at = static_cast<std::size_t>(frame.seconds / kSegmentSeconds);
    if (at >= stretches.size()) stretches.resize(at + 1);
    add(stretches[at], frame, tuning);
  }
  std::vector<Scores> scores;
  for (const Registers& stretch : stretches) scores.push_back(scoreKeys(stretch));
  return followKeys(scores);
}

// Of a track that changes its key, the one that holds longest; `whole` for a track that does not,
// where all tones together know more than their stretches.
std::size_t mainKey(const std::vector<std::size_t>& path, std::size_t whole) {
  std::array<int, kKeys> held{};
  for (const std::size_t key : path) ++held[key];
  const auto longest = std::max_element(held.begin(), held.end());
  const bool changes = *longest < static_cast<int>(path.size());
  return changes && held[whole] == 0 ? static_cast<std::size_t>(longest - held.begin()) : whole;
}

std::vector<KeySegment> segmentsOf(const std::vector<std::size_t>& path, std::size_t main) {
  std::vector<KeySegment> segments;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (i > 0 && path[i] == path[i - 1]) continue;
    segments.push_back({static_cast<double>(i) * kSegmentSeconds, keyAt(path[i])});
  }
  if (segments.size() == 1) segments[0].key = keyAt(main);
  return segments;
}

}  // namespace

KeyEstimate estimateKey(const audio::PcmView& pcm) {
  KeyEstimate estimate;
  const std::vector<PitchFrame> frames = findPitchPeaks(pcm);
  const double tuning = tuningOf(frames);
  Registers tones{};
  for (const PitchFrame& frame : frames) add(tones, frame, tuning);
  const Scores scores = scoreKeys(tones);
  const double confidence = confidenceOf(scores);
  if (spreadOf(unevenness(tones[kAll])) < kLeastSpread || confidence < kLeastConfidence) {
    return estimate;
  }
  const std::vector<std::size_t> path = keysOfStretches(frames, tuning);
  const std::size_t main = mainKey(path, bestOf(scores));
  estimate.key = keyAt(main);
  estimate.confidence = confidence;
  estimate.tuningCents = 100 * tuning;
  estimate.segments = segmentsOf(path, main);
  return estimate;
}

}  // namespace dju::music
