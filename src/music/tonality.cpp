#include "music/tonality.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace dju::music {
namespace {

// Each from what has no key reaches to what nearly all music exceeds (docs/features.md).
struct Range {
  double none, clear;
};
constexpr Range kAgreement{0.12, 0.2};
constexpr Range kPitchClasses{2.5, 5};
constexpr Range kMovement{0.12, 0.3};

double within(double value, const Range& range) {
  return std::clamp((value - range.none) / (range.clear - range.none), 0.0, 1.0);
}

double sumOf(const Chroma& chroma) {
  return std::accumulate(chroma.begin(), chroma.end(), 0.0);
}

// Shannon's entropy of the pitch classes' shares, in nats; 0 for silence.
double entropyOf(const Chroma& chroma) {
  const double sum = sumOf(chroma);
  double entropy = 0;
  for (const double value : chroma) {
    if (value > 0) entropy -= value / sum * std::log(value / sum);
  }
  return entropy;
}

}  // namespace

double tonalityOf(std::span<const TonesAt> tones, double tuningAgreement) {
  Chroma whole{};
  double ofMoments = 0;  // mean entropy of the moments, weighed by how much sounds
  for (const TonesAt& at : tones) {
    for (std::size_t c = 0; c < 12; ++c) whole[c] += at.all[c];
    ofMoments += sumOf(at.all) * entropyOf(at.all);
  }
  const double sum = sumOf(whole);
  if (sum <= 0) return 0;
  const double ofAll = entropyOf(whole);
  // What the moment tells of the pitch class: the mutual information of the two.
  const double movement = ofAll - ofMoments / sum;
  return within(tuningAgreement, kAgreement) * within(std::exp(ofAll), kPitchClasses) *
         within(movement, kMovement);
}

}  // namespace dju::music
