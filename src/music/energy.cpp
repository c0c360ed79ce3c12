#include "music/energy.h"

#include <algorithm>
#include <cmath>

#include "music/bar_features.h"

namespace dju::music {
namespace {

constexpr double kWindowSeconds = 4;
constexpr std::size_t kRiseLag = 2;  // frames

// A part counts nothing at `none` and in full at `whole`, which are what silence or a lone pad, and
// a mastered drop with everything on read.
struct Part {
  float weight, none, whole;
};
constexpr Part kLoudness{0.45F, 0.01F,
                         0.12F};          // mean specific loudness, 1 = full scale in every band
constexpr Part kLow{0.3F, 0.05F, 0.38F};  // the same of the low band alone
constexpr Part kMotion{0.25F, 0.0F, 0.0145F};  // mean rise of specific loudness a frame
// The floor of log-mel, -80 dB, reads 0.004.
constexpr float kSilent = 0.006F, kAudible = 0.015F;

float share(float value, float none, float whole) {
  return std::clamp((value - none) / (whole - none), 0.0F, 1.0F);
}
float valueOf(const Part& part, float value) {
  return part.weight * share(value, part.none, part.whole);
}

// What each frame contributes. Specific loudness of a mel band doubles with 10 dB (Stevens 1957),
// and bands add up: a full spectrum is louder than one strong kick, which power would not say.
struct Contribution {
  double loudness = 0, low = 0, motion = 0;
};

std::vector<Contribution> contributionsOf(const FeatureMatrix& logMel, const BandTrack& bands) {
  std::vector<Contribution> frames(logMel.rows());
  FeatureMatrix specific(kRiseLag + 1, logMel.columns());  // a ring
  const auto columns = static_cast<float>(std::max<std::size_t>(1, logMel.columns()));
  for (std::size_t i = 0; i < logMel.rows(); ++i) {
    const std::span<const float> levels = logMel.row(i);
    const std::span<float> now = specific.row(i % (kRiseLag + 1));
    const std::span<const float> before = specific.row((i + 1) % (kRiseLag + 1));
    float loud = 0, rise = 0;
    for (std::size_t b = 0; b < now.size(); ++b) {
      now[b] = std::exp2(levels[b] / 10);
      loud += now[b];
      if (i >= kRiseLag) rise += std::max(0.0F, now[b] - before[b]);
    }
    frames[i] = {static_cast<double>(loud / columns),
                 static_cast<double>(std::exp2(bands.level[i][0] / 10)),
                 static_cast<double>(rise / columns)};
  }
  return frames;
}

// Sums up to each frame, so that a window costs a subtraction.
std::vector<Contribution> runningSums(const std::vector<Contribution>& frames) {
  std::vector<Contribution> sums{{}};
  for (const Contribution& each : frames) {
    const Contribution& last = sums.back();
    sums.push_back({last.loudness + each.loudness, last.low + each.low, last.motion + each.motion});
  }
  return sums;
}

}  // namespace

std::vector<float> energyCurve(const FeatureTrack& features) {
  const FeatureMatrix& logMel = features[Feature::kLogMel];
  const std::vector<Contribution> sums = runningSums(contributionsOf(logMel, bandTrack(logMel)));
  const double rate = features.definition.framesPerSecond();
  const auto frames = static_cast<double>(logMel.rows());
  std::vector<float> curve;
  for (double middle = 0.5; (middle - 0.5) * rate < frames; ++middle) {
    const auto frameAt = [&](double seconds) {
      return static_cast<std::size_t>(std::clamp(seconds * rate, 0.0, frames));
    };
    const std::size_t begin = frameAt(middle - kWindowSeconds / 2);
    const std::size_t end = std::max(begin + 1, frameAt(middle + kWindowSeconds / 2));
    const auto mean = [&](double Contribution::*part) {
      return static_cast<float>((sums[end].*part - sums[begin].*part) /
                                static_cast<double>(end - begin));
    };
    const float loudness = mean(&Contribution::loudness);
    const float sum = valueOf(kLoudness, loudness) + valueOf(kLow, mean(&Contribution::low)) +
                      valueOf(kMotion, mean(&Contribution::motion));
    // The density of a noise floor's onsets is no energy.
    curve.push_back(sum * share(loudness, kSilent, kAudible));
  }
  return curve;
}

}  // namespace dju::music
