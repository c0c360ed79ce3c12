#include "music/spectral_shape.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "music/lanes.h"

namespace dju::music {
namespace {

constexpr float kNothing = 1e-9F;  // a sum of magnitudes that is silence
constexpr std::size_t kMostExtremes = 64;

// Mean of the `count` largest of values (sign = 1) or smallest (sign = -1). The few extremes are
// kept sorted beside a single pass, as nearly no value gets among them.
float meanOfExtremes(std::span<const float> values, std::size_t count, float sign) {
  std::array<float, kMostExtremes> kept{};  // falling
  for (std::size_t i = 0; i < values.size(); ++i) {
    const float value = sign * values[i];
    if (i >= count && value <= kept[count - 1]) continue;
    std::size_t at = std::min(i, count - 1);
    for (; at > 0 && kept[at - 1] < value; --at) kept[at] = kept[at - 1];
    kept[at] = value;
  }
  float sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += kept[i];
  return sign * sum / static_cast<float>(count);
}

}  // namespace

float spectralCentroid(std::span<const float> magnitudes, float binHz) {
  const float* m = magnitudes.data();
  const float all = laneSum(magnitudes.size(), [&](std::size_t k) { return m[k]; });
  if (all < kNothing) return 0;
  const float moment = laneSum(magnitudes.size(), [&](std::size_t k) {
    return m[k] * static_cast<float>(static_cast<int>(k));
  });
  return moment / all * binHz;
}

float spectralBandwidth(std::span<const float> magnitudes, float binHz, float centroid) {
  const float* m = magnitudes.data();
  const float all = laneSum(magnitudes.size(), [&](std::size_t k) { return m[k]; });
  if (all < kNothing) return 0;
  const float centre = centroid / binHz;
  const float moment = laneSum(magnitudes.size(), [&](std::size_t k) {
    const float away = static_cast<float>(static_cast<int>(k)) - centre;
    return m[k] * away * away;
  });
  return std::sqrt(moment / all) * binHz;
}

float spectralRollOff(std::span<const float> magnitudes, float binHz, float share) {
  const float* m = magnitudes.data();
  const float all = laneSum(magnitudes.size(), [&](std::size_t k) { return m[k]; });
  if (all < kNothing) return 0;
  const float wanted = share * all;
  float below = 0;
  for (std::size_t k = 0; k < magnitudes.size(); ++k) {
    below += m[k];
    if (below >= wanted) return static_cast<float>(k) * binHz;
  }
  return static_cast<float>(magnitudes.size() - 1) * binHz;
}

float spectralFlatness(std::span<const float> power, float floor) {
  // The logarithm of a product of eight bins instead of eight logarithms; in double the product
  // keeps its range for powers from 1e-38 to 1e38.
  constexpr std::size_t kFactors = 8;
  double logs = 0;
  std::size_t k = 0;
  while (k < power.size()) {
    double product = 1;
    const std::size_t end = std::min(k + kFactors, power.size());
    for (; k < end; ++k) product *= static_cast<double>(std::max(power[k], floor));
    logs += std::log(product);
  }
  const auto count = static_cast<double>(power.size());
  const float* p = power.data();
  const float sum = laneSum(power.size(), [&](std::size_t i) { return std::max(p[i], floor); });
  return static_cast<float>(std::exp(logs / count) * count / static_cast<double>(sum));
}

float spectralContrast(std::span<const float> power, float share, float floor) {
  const auto wanted =
      static_cast<std::size_t>(std::lround(share * static_cast<float>(power.size())));
  const std::size_t count = std::clamp(wanted, std::size_t{1}, kMostExtremes);
  const float peak = std::max(floor, meanOfExtremes(power, count, 1));
  const float valley = std::max(floor, meanOfExtremes(power, count, -1));
  return 10 * std::log10(peak / valley);
}

float zeroCrossingRate(std::span<const float> samples) {
  const float* x = samples.data();
  const float crossings = laneSum(samples.size() - 1, [&](std::size_t n) {
    return (x[n] < 0) != (x[n + 1] < 0) ? 1.0F : 0.0F;
  });
  return crossings / static_cast<float>(samples.size() - 1);
}

float rootMeanSquare(std::span<const float> samples) {
  const float* x = samples.data();
  const float squares = laneSum(samples.size(), [&](std::size_t n) { return x[n] * x[n]; });
  return std::sqrt(squares / static_cast<float>(samples.size()));
}

float peakOf(std::span<const float> samples) {
  float lanes[kLanes] = {};
  std::size_t n = 0;
  for (; n + kLanes <= samples.size(); n += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const float level = std::fabs(samples[n + lane]);
      lanes[lane] = lanes[lane] < level ? level : lanes[lane];
    }
  }
  for (; n < samples.size(); ++n) lanes[0] = std::max(lanes[0], std::fabs(samples[n]));
  return *std::max_element(lanes, lanes + kLanes);
}

}  // namespace dju::music
