#include "music/key_estimate.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "music/key_model.h"
#include "music/key_view.h"
#include "music/key_weights.h"
#include "music/tonality.h"

namespace dju::music {
namespace {

constexpr double kLeastConfidence = 0.15;
constexpr double kLeastSegment = 20;  // seconds; a shorter one is harmony, not another key
// A segment's scores count in proportion to its length, in full at the length of the tracks that
// the weights were fitted on. Without that, or with a limit, cuts go to the edges, where a few bars
// seem to say much.
constexpr double kFullSegment = 60;
constexpr double kChangeGain = 7.5;  // in log-likelihood, for which two keys are worth a change

std::size_t bestOf(const KeyScores& scores) {
  return static_cast<std::size_t>(std::max_element(scores.begin(), scores.end()) - scores.begin());
}

// The share of the best key: softmax.
double confidenceOf(const KeyScores& scores) {
  const double best = *std::max_element(scores.begin(), scores.end());
  double sum = 0;
  for (const double score : scores) sum += std::exp(score - best);
  return 1 / sum;
}

Key keyAt(std::size_t index) {
  return {static_cast<int>(index % 12), index < 12 ? KeyMode::kMajor : KeyMode::kMinor};
}

std::size_t indexOf(const Key& key) {
  return static_cast<std::size_t>(key.tonic) + (key.mode == KeyMode::kMinor ? 12 : 0);
}

// The keys of a track's segments: cut in two where two keys explain the tones better than one, and
// the parts again (binary segmentation; Scott and Knott 1974).
class Segmentation {
 public:
  explicit Segmentation(const std::vector<KeyStretch>& stretches) : stretches_(stretches) {
    sums_.resize(stretches.size() + 1);
    for (std::size_t i = 0; i < stretches.size(); ++i) {
      sums_[i + 1] = sums_[i];
      add(sums_[i + 1], stretches[i].sums, 1);
    }
  }

  KeyScores scoresOfAll() const { return scores(0, stretches_.size()); }

  // In order of time. A cut between two parts that turn out to be in one key is none.
  std::vector<KeySegment> segments() {
    edges_ = {0};
    cut(0, stretches_.size());
    edges_.push_back(stretches_.size());
    std::vector<KeySegment> out;
    for (std::size_t i = 0; i + 1 < edges_.size(); ++i) {
      const Key key = keyAt(bestOf(scores(edges_[i], edges_[i + 1])));
      if (!out.empty() && out.back().key == key) continue;
      out.push_back({i == 0 ? 0 : secondsOf(edges_[i]), key});
    }
    return out;
  }

 private:
  static void add(KeyView& to, const KeyView& sums, double weight) {
    for (std::size_t b = 0; b < kViewBlocks; ++b) {
      for (std::size_t c = 0; c < 12; ++c) to[b][c] += weight * sums[b][c];
    }
  }
  double secondsOf(std::size_t stretch) const {
    if (stretch < stretches_.size()) return stretches_[stretch].seconds;
    return 2 * stretches_.back().seconds - stretches_[stretch - 2].seconds;
  }
  KeyScores scores(std::size_t from, std::size_t to) const {
    KeyView sums = sums_[to];
    add(sums, sums_[from], -1);
    return scoreKeys(viewOf(sums), kKeyWeights);
  }
  KeyScores evidence(std::size_t from, std::size_t to) const {
    KeyScores out = scores(from, to);
    const double share = (secondsOf(to) - secondsOf(from)) / kFullSegment;
    for (double& score : out) score *= share;
    return out;
  }
  void cut(std::size_t from, std::size_t to) {
    double most = kChangeGain;
    std::size_t at = 0;
    for (std::size_t i = from + 1; i < to; ++i) {
      if (secondsOf(i) - secondsOf(from) < kLeastSegment) continue;
      if (secondsOf(to) - secondsOf(i) < kLeastSegment) break;
      const KeyScores left = evidence(from, i), right = evidence(i, to);
      double together = -1e9;
      for (std::size_t key = 0; key < kKeys; ++key)
        together = std::max(together, left[key] + right[key]);
      const double gain = left[bestOf(left)] + right[bestOf(right)] - together;
      if (gain <= most) continue;
      most = gain;
      at = i;
    }
    if (at == 0) return;
    cut(from, at);
    edges_.push_back(at);
    cut(at, to);
  }

  const std::vector<KeyStretch>& stretches_;
  std::vector<KeyView> sums_;       // of the first n stretches
  std::vector<std::size_t> edges_;  // of segments, the whole's end last
};

// Of a track that changes its key, the one that holds longest.
Key longestKey(const std::vector<KeySegment>& segments, double end) {
  std::array<double, kKeys> held{};
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const double until = i + 1 < segments.size() ? segments[i + 1].startSeconds : end;
    held[indexOf(segments[i].key)] += until - segments[i].startSeconds;
  }
  return keyAt(bestOf(held));
}

}  // namespace

KeyEstimate estimateKey(const audio::PcmView& pcm, const BeatGrid& grid,
                        std::span<const Phrase> phrases) {
  return estimateKey(findPitchPeaks(pcm), grid, phrases);
}

KeyEstimate estimateKey(const std::vector<PitchFrame>& frames, const BeatGrid& grid,
                        std::span<const Phrase> phrases) {
  KeyEstimate estimate;
  const Tuning tuning = tuningOf(frames);
  const std::vector<TonesAt> tones = tonesOf(frames, tuning.offset);
  const std::vector<KeyStretch> stretches = stretchesOf(tones, grid, phrases);
  Segmentation segmentation(stretches);
  const double confidence =
      confidenceOf(segmentation.scoresOfAll()) * tonalityOf(tones, tuning.agreement);
  if (confidence < kLeastConfidence) return estimate;
  estimate.segments = segmentation.segments();
  estimate.key = longestKey(estimate.segments, tones.back().seconds);
  estimate.confidence = confidence;
  estimate.tuningCents = 100 * tuning.offset;
  return estimate;
}

}  // namespace dju::music
