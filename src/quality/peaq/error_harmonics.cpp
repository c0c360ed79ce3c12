#include "quality/peaq/error_harmonics.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace dju::quality::peaq {
namespace {

constexpr int kLags = 256;          // and bins: up to 6 kHz, and another 6 kHz to compare with
constexpr double kSilence = 1e-10;  // so that digital silence has a logarithm

using Correlation = std::array<double, kLags>;

// Of the first kLags bins of the error with as many from each lag on, between -1 and 1.
Correlation autocorrelation(const SpectrumPair& spectra) {
  std::array<double, 2 * kLags - 1> error{};
  for (std::size_t k = 0; k < error.size(); ++k)
    error[k] = std::log((spectra[1].power[k] + kSilence) / (spectra[0].power[k] + kSilence));
  double first = 0;
  for (int k = 0; k < kLags; ++k) first += error[k] * error[k];
  double second = first;
  Correlation out;
  for (int lag = 0; lag < kLags; ++lag) {
    double sum = 0;
    for (int k = 0; k < kLags; ++k) sum += error[k] * error[k + lag];
    out[lag] = first * second > 0 ? sum / std::sqrt(first * second) : 1;
    if (lag + 1 < kLags)
      second += error[lag + kLags] * error[lag + kLags] - error[lag] * error[lag];
  }
  return out;
}

}  // namespace

ErrorHarmonics::ErrorHarmonics() : fft_(kLags), window_(kLags) {
  for (int lag = 0; lag < kLags; ++lag) {
    const double hann = 0.5 * (1 - std::cos(2 * std::numbers::pi * lag / (kLags - 1)));
    window_[lag] = static_cast<float>(std::sqrt(8.0 / 3) / kLags * hann);
  }
}

double ErrorHarmonics::strength(const SpectrumPair& spectra) {
  const Correlation correlation = autocorrelation(spectra);
  double mean = 0;
  for (const double c : correlation) mean += c / kLags;
  for (int lag = 0; lag < kLags; ++lag)
    fft_.samples()[lag] = window_[lag] * static_cast<float>(correlation[lag] - mean);
  fft_.forward();
  const auto power = [&](int k) { return std::norm(std::complex<double>(fft_.spectrum()[k])); };
  // A peak stands above the value at zero, from which the spectrum first falls.
  double peak = 0;
  for (int k = 1; k <= kLags / 2; ++k) {
    if (power(k) > power(0)) peak = std::max(peak, power(k));
  }
  return peak;
}

}  // namespace dju::quality::peaq
