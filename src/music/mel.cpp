#include "music/mel.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "music/lanes.h"

namespace dju::music {
namespace {

constexpr double kLinearHz = 200.0 / 3;  // of one mel below the break
constexpr double kBreakHz = 1000;
constexpr double kBreakMel = kBreakHz / kLinearHz;
const double kLogStep = std::log(6.4) / 27;

}  // namespace

double melFromHz(double hz) {
  return hz < kBreakHz ? hz / kLinearHz : kBreakMel + std::log(hz / kBreakHz) / kLogStep;
}

double hzFromMel(double mel) {
  return mel < kBreakMel ? mel * kLinearHz : kBreakHz * std::exp(kLogStep * (mel - kBreakMel));
}

MelFilterBank::MelFilterBank(const FeatureDefinition& definition) {
  const double low = melFromHz(definition.melLowHz), high = melFromHz(definition.melHighHz);
  const double binHz = static_cast<double>(definition.sampleRate) / definition.window;
  const auto edge = [&](int i) {
    return hzFromMel(low + (high - low) * i / (definition.melBands + 1));
  };
  for (int band = 0; band < definition.melBands; ++band) {
    const double left = edge(band), centre = edge(band + 1), right = edge(band + 2);
    const double peak = definition.melNorm == MelNorm::kArea ? 2 / (right - left) : 1;
    const auto first = static_cast<std::size_t>(std::ceil(left / binHz));
    const std::size_t last = std::min(static_cast<std::size_t>(std::floor(right / binHz)),
                                      static_cast<std::size_t>(definition.bins() - 1));
    const std::size_t firstWeight = weights_.size();
    for (std::size_t bin = first; bin <= last; ++bin) {
      const double hz = static_cast<double>(bin) * binHz;
      const double rise = (hz - left) / (centre - left), fall = (right - hz) / (right - centre);
      weights_.push_back(static_cast<float>(peak * std::max(0.0, std::min(rise, fall))));
    }
    while ((weights_.size() - firstWeight) % kLanes != 0) weights_.push_back(0);
    bands_.push_back({first, firstWeight, weights_.size() - firstWeight});
    paddedBins_ = std::max(paddedBins_, first + bands_.back().count);
  }
}

void MelFilterBank::apply(std::span<const float> power, std::span<float> energy) const {
  for (std::size_t i = 0; i < bands_.size(); ++i) {
    const Band& band = bands_[i];
    const float* from = power.data() + band.firstBin;
    const float* weight = weights_.data() + band.firstWeight;
    energy[i] = laneSum(band.count, [&](std::size_t n) { return from[n] * weight[n]; });
  }
}

MelCepstrum::MelCepstrum(int bands, int coefficients) : bands_(static_cast<std::size_t>(bands)) {
  for (int k = 0; k < coefficients; ++k) {
    const double norm = std::sqrt((k == 0 ? 1.0 : 2.0) / bands);
    for (int n = 0; n < bands; ++n) {
      basis_.push_back(
          static_cast<float>(norm * std::cos(std::numbers::pi * k * (2 * n + 1) / (2.0 * bands))));
    }
  }
}

void MelCepstrum::apply(std::span<const float> levels, std::span<float> cepstrum) const {
  for (std::size_t k = 0; k < cepstrum.size(); ++k) {
    const float* row = basis_.data() + k * bands_;
    cepstrum[k] = laneSum(bands_, [&](std::size_t n) { return row[n] * levels[n]; });
  }
}

}  // namespace dju::music
