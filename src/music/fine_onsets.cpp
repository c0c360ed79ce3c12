#include "music/fine_onsets.h"

#include <algorithm>
#include <cmath>

#include "core/time.h"

namespace dju::music {
namespace {

constexpr std::size_t kLast = kFineOnsetBands - 1;
constexpr std::array<double, kLast> kSplitHz = {150, 600, 2500, 7000};
constexpr double kFloor = 1e-7;  // power
// Some periods of the lowest tone of each range, and no less than lets noise be even.
constexpr std::array<double, kFineOnsetBands> kFallSeconds = {0.05, 0.02, 0.01, 0.01, 0.01};

struct Corner {
  double cosine, alpha;
};

// Butterworth: a quality of 1 / sqrt 2 (Bristow-Johnson, "Cookbook formulae for audio equalizer
// biquad filter coefficients").
Corner cornerAt(double hz) {
  const double w = 2 * M_PI * hz / kSampleRate;
  return {std::cos(w), std::sin(w) / std::sqrt(2.0)};
}

}  // namespace

FineOnsets::Biquad FineOnsets::lowPass(double hz) {
  const auto [c, alpha] = cornerAt(hz);
  const double a0 = 1 + alpha, b = (1 - c) / 2 / a0;
  return {b, 2 * b, b, -2 * c / a0, (1 - alpha) / a0};
}

FineOnsets::Biquad FineOnsets::highPass(double hz) {
  const auto [c, alpha] = cornerAt(hz);
  const double a0 = 1 + alpha, b = (1 + c) / 2 / a0;
  return {b, -2 * b, b, -2 * c / a0, (1 - alpha) / a0};
}

FineOnsets::FineOnsets() {
  reset();
  for (std::size_t band = 0; band < kFineOnsetBands; ++band) {
    decay_[band] = std::exp(-kFineOnsetHop / (kFallSeconds[band] * kSampleRate));
  }
}

void FineOnsets::reset() {
  for (std::size_t split = 0; split < kLast; ++split) {
    lowPass_[split] = lowPass(kSplitHz[split]);
    highPass_[split + 1] = highPass(kSplitHz[split]);
  }
  taken_ = 0;
  power_.fill(0);
  peak_.fill(0);
}

void FineOnsets::take(float sample) {
  for (std::size_t band = 0; band < kFineOnsetBands; ++band) {
    double heard = sample;
    if (band > 0) heard = highPass_[band].filter(heard);
    if (band < kLast) heard = lowPass_[band].filter(heard);
    power_[band] += heard * heard;
  }
}

FineOnsets::Rise FineOnsets::rise() {
  Rise rise{};
  for (std::size_t band = 0; band < kFineOnsetBands; ++band) {
    const double before = peak_[band];
    const double now = std::max(power_[band] / kFineOnsetHop, before * decay_[band]);
    const double decades = std::log10((now + kFloor) / (before + kFloor));
    rise[band] = static_cast<float>(std::max(0.0, decades));
    peak_[band] = now;
    power_[band] = 0;
  }
  taken_ = 0;
  return rise;
}

}  // namespace dju::music
