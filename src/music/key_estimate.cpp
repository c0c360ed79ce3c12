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
using Scores = std::array<double, kKeys>;

constexpr float kLowestPitch = 40;  // E2
constexpr float kHighestPitch =
    84;  // C6: above, overtones and percussion are most of what there is
constexpr float kLowestTuned = 57,
                kHighestTuned = 90;  // where a peak's pitch is exact to a few cents
constexpr float kMostSalience = 8;
constexpr float kLeastSalience = 2;  // of pitch_peaks.h
constexpr float kSalienceRange = 8;
// Added to the spread of a chroma that adds up to 1, so that the even chroma of noise scores
// nothing.
constexpr double kEvenness = 0.02;
constexpr double kLeastConfidence = 0.15;  // noise stays below, of music 48 tracks lay above 0.22
constexpr double kSegmentSeconds = 8;
constexpr double kChangeCost = 25;  // in nats, of leaving a key

// How much each degree above the tonic speaks for a key. Mostly a softmax regression over 24 keys
// on the notes of 1,200 scores of our demo generator (no sound of it), a fifth of it the profiles
// that Faraldo counted in electronic dance music ("edma"; Faraldo et al., "Key estimation in
// electronic dance music", ECIR 2016), standardised; docs/features.md says how.
constexpr std::array<Chroma, 2> kProfiles = {
    {{1.740, -0.976, -0.116, -0.516, 0.476, 0.356, -0.447, 1.348, -0.862, -0.504, -1.268, 0.769},
     {2.193, -2.302, 0.549, 1.047, -0.461, -0.655, -0.280, 1.410, 0.003, -1.397, 0.429, -0.537}}};

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
Chroma chromaOf(const PitchFrame& frame, double tuning) {
  Chroma chroma{};
  double sum = 0;
  for (const PitchPeak& peak : frame.peaks) {
    const double pitch = static_cast<double>(peak.pitch) - tuning;
    if (pitch < static_cast<double>(kLowestPitch) || pitch >= static_cast<double>(kHighestPitch))
      continue;
    const double semitone = std::round(pitch);
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

// How well a chroma fits each key, as a logarithm of likelihood but for a constant; all 0 for
// silence.
Scores scoreKeys(const Chroma& chroma) {
  Scores scores{};
  double sum = 0, squares = 0;
  for (const double value : chroma) sum += value;
  if (sum <= 0) return scores;
  for (const double value : chroma) squares += std::pow(value / sum - 1.0 / 12, 2);
  const double spread = std::sqrt(squares / 12) + kEvenness;
  for (std::size_t key = 0; key < kKeys; ++key) {
    const Chroma& profile = kProfiles[key / 12];
    for (std::size_t degree = 0; degree < 12; ++degree) {
      const double share = chroma[(key + degree) % 12] / sum - 1.0 / 12;
      scores[key] += profile[degree] * share / spread;
    }
  }
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
  std::vector<Chroma> stretches;
  for (const PitchFrame& frame : frames) {
    const auto at = static_cast<std::size_t>(frame.seconds / kSegmentSeconds);
    if (at >= stretches.size()) stretches.resize(at + 1);
    add(stretches[at], chromaOf(frame, tuning));
  }
  std::vector<Scores> scores;
  for (const Chroma& stretch : stretches) scores.push_back(scoreKeys(stretch));
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
  Chroma chroma{};
  for (const PitchFrame& frame : frames) add(chroma, chromaOf(frame, tuning));
  const Scores scores = scoreKeys(chroma);
  const double confidence = confidenceOf(scores);
  if (confidence < kLeastConfidence) return estimate;
  const std::vector<std::size_t> path = keysOfStretches(frames, tuning);
  const std::size_t main = mainKey(path, bestOf(scores));
  estimate.key = keyAt(main);
  estimate.confidence = confidence;
  estimate.tuningCents = 100 * tuning;
  estimate.segments = segmentsOf(path, main);
  return estimate;
}

}  // namespace dju::music
