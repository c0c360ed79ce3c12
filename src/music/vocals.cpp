#include "music/vocals.h"

#include <algorithm>
#include <cmath>

#include "music/vocal_model.h"

namespace dju::music {
namespace {

constexpr double kLeastSeconds = 1;     // of an interval
constexpr double kGapSeconds = 1;       // breaths that do not end a line
constexpr std::size_t kHalfSmooth = 6;  // rows
// A line begins above the one and ends below the other.
constexpr float kBegins = 0.6F, kEnds = 0.4F;

std::vector<float> smoothed(const std::vector<float>& values) {
  std::vector<double> sums{0};
  for (const float value : values) sums.push_back(sums.back() + static_cast<double>(value));
  std::vector<float> means;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t begin = i > kHalfSmooth ? i - kHalfSmooth : 0;
    const std::size_t end = std::min(values.size(), i + kHalfSmooth + 1);
    means.push_back(
        static_cast<float>((sums[end] - sums[begin]) / static_cast<double>(end - begin)));
  }
  return means;
}

std::vector<Interval> stretchesAbove(const std::vector<float>& values) {
  std::vector<Interval> found;
  bool inside = false;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double now = static_cast<double>(i) / kVocalRowsPerSecond;
    if (!inside && values[i] > kBegins) found.push_back({now, now});
    inside = inside ? values[i] > kEnds : values[i] > kBegins;
    if (inside) found.back().end = now + 1 / kVocalRowsPerSecond;
  }
  return found;
}

}  // namespace

std::vector<float> vocalProbabilities(const VocalModel& model, const FeatureMatrix& rows) {
  std::vector<float> probabilities;
  std::array<float, kVocalFeatures> x{};
  for (std::size_t r = 0; r < rows.rows(); ++r) {
    const std::span<const float> row = rows.row(r);
    for (std::size_t d = 0; d < x.size(); ++d) {
      x[d] = std::clamp((row[d] - model.mean[d]) / model.deviation[d], -4.0F, 4.0F);
    }
    float z = model.outputBias;
    for (std::size_t h = 0; h < kVocalHidden; ++h) {
      float sum = model.hiddenBias[h];
      for (std::size_t d = 0; d < x.size(); ++d) sum += model.hiddenWeights[h][d] * x[d];
      z += model.outputWeights[h] * std::max(0.0F, sum);
    }
    probabilities.push_back(1 / (1 + std::exp(-z)));
  }
  return probabilities;
}

std::vector<Interval> findVocals(const FeatureTrack& features) {
  const FeatureMatrix rows = vocalFeatures(features[Feature::kLogMel]);
  const double end = static_cast<double>(features.frames) / features.definition.framesPerSecond();
  std::vector<Interval> joined;
  for (const Interval& each : stretchesAbove(smoothed(vocalProbabilities(vocalModel(), rows)))) {
    if (!joined.empty() && each.start - joined.back().end < kGapSeconds) {
      joined.back().end = each.end;
    } else {
      joined.push_back(each);
    }
  }
  std::erase_if(joined, [](const Interval& each) { return each.end - each.start < kLeastSeconds; });
  if (!joined.empty()) joined.back().end = std::min(joined.back().end, end);
  return joined;
}

}  // namespace dju::music
