#include "quality/peaq/ear.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace dju::quality::peaq {
namespace {

constexpr double kRate = 48000;
constexpr double kBinHz = kRate / kFrame;
constexpr double kLowestHz = 80, kHighestHz = 18000;
constexpr double kLeastEnergy = 1e-12;

double barkOf(double hz) {
  return 7 * std::asinh(hz / 650);
}
double hzOf(double bark) {
  return 650 * std::sinh(bark / 7);
}

std::array<BandEdges, kBands> makeBandEdges() {
  const double lowest = barkOf(kLowestHz), highest = barkOf(kHighestHz);
  std::array<BandEdges, kBands> edges;
  for (int i = 0; i < kBands; ++i) {
    const double from = lowest + i * kBandWidthBark;
    const double to = std::min(from + kBandWidthBark, highest);
    edges[i] = {hzOf(from), hzOf((from + to) / 2), hzOf(to)};
  }
  return edges;
}

// The factor that makes a sine of full scale at 1019.5 Hz a spectral peak of 92 dB (eqs. 3 to 5):
// its power in the nearest bin, which the sine misses by a part of a bin, is that of the window's
// transform there.
double levelFactor() {
  constexpr double kTestHz = 1019.5, kLevelDb = 92;
  const double bins = kTestHz / kBinHz;
  const double offset =
      std::min(bins - std::floor(bins), std::ceil(bins) - bins) * (kFrame - 1) / kFrame;
  const double loss =
      std::sin(std::numbers::pi * offset) / (std::numbers::pi * offset * (1 - offset * offset));
  return std::pow(10, kLevelDb / 20) / (loss * (kFrame - 1) / 4);
}

// Slopes of spreading, as ratios of energy from one band to the next.
const double kDownward = std::pow(10, -2.7 * kBandWidthBark);

Bands makeUpwardAtZeroDb() {
  Bands slope;
  for (int i = 0; i < kBands; ++i)
    slope[i] = std::pow(10, (-2.4 - 23 / bandEdges()[i].centre) * kBandWidthBark);
  return slope;
}

// The energy that the spread of one band has in all bands together, to be divided by.
double spreadSum(int band, double upward) {
  const double below = (1 - std::pow(kDownward, band + 1)) / (1 - kDownward);
  const double above = (1 - std::pow(upward, kBands - band)) / (1 - upward);
  return below + above - 1;
}

constexpr double kCompression = 0.4;

Bands spreadUnscaled(const Bands& energy) {
  static const Bands upwardAtZeroDb = makeUpwardAtZeroDb();
  static const double downward = std::pow(kDownward, kCompression);
  Bands own, upward, sum;
  for (int i = 0; i < kBands; ++i) {
    const double slope = upwardAtZeroDb[i] * std::pow(energy[i], 0.2 * kBandWidthBark);
    upward[i] = std::pow(slope, kCompression);
    own[i] = std::pow(energy[i] / spreadSum(i, slope), kCompression);
  }
  sum[kBands - 1] = own[kBands - 1];
  for (int i = kBands - 2; i >= 0; --i) sum[i] = downward * sum[i + 1] + own[i];
  for (int i = 0; i < kBands - 1; ++i) {
    double reach = own[i];
    for (int j = i + 1; j < kBands; ++j) {
      reach *= upward[i];
      sum[j] += reach;
    }
  }
  for (double& s : sum) s = std::pow(s, 1 / kCompression);
  return sum;
}

}  // namespace

const std::array<BandEdges, kBands>& bandEdges() {
  static const std::array<BandEdges, kBands> edges = makeBandEdges();
  return edges;
}

double outerAndMiddleEarDb(double hz) {
  const double kHz = hz / 1000;
  return -2.184 * std::pow(kHz, -0.8) + 6.5 * std::exp(-0.6 * (kHz - 3.3) * (kHz - 3.3)) -
         0.001 * std::pow(kHz, 3.6);
}

double internalNoise(double hz) {
  return std::pow(10, 0.1 * 1.456 * std::pow(hz / 1000, -0.8));
}

Bands spreadOverBands(const Bands& energy) {
  static const Bands ofZeroDb = [] {
    Bands ones;
    ones.fill(1);
    return spreadUnscaled(ones);
  }();
  Bands out = spreadUnscaled(energy);
  for (int i = 0; i < kBands; ++i) out[i] /= ofZeroDb[i];
  return out;
}

Bands smoothing(double at100Hz, double minimum) {
  Bands coefficient;
  for (int i = 0; i < kBands; ++i) {
    const double seconds = minimum + 100 / bandEdges()[i].centre * (at100Hz - minimum);
    coefficient[i] = std::exp(-1 / (kFrameRate * seconds));
  }
  return coefficient;
}

Ear::Ear() : fft_(kFrame), window_(kFrame), weights_(kBins) {
  const double factor = levelFactor();
  for (int n = 0; n < kFrame; ++n) {
    window_[n] =
        static_cast<float>(factor * 0.5 * (1 - std::cos(2 * std::numbers::pi * n / (kFrame - 1))));
  }
  for (int k = 1; k < kBins; ++k) weights_[k] = std::pow(10, outerAndMiddleEarDb(k * kBinHz) / 10);
  for (int i = 0; i < kBands; ++i) {
    const BandEdges& edges = bandEdges()[i];
    for (int k = 0; k < kBins; ++k) {
      const double overlap =
          std::min(edges.upper, (k + 0.5) * kBinHz) - std::max(edges.lower, (k - 0.5) * kBinHz);
      if (overlap > 0) shares_[i].push_back({k, overlap / kBinHz});
    }
  }
}

Spectrum Ear::spectrum(std::span<const float> samples) {
  for (int n = 0; n < kFrame; ++n) fft_.samples()[n] = window_[n] * samples[n];
  fft_.forward();
  Spectrum out{std::vector<double>(kBins), std::vector<double>(kBins)};
  for (int k = 0; k < kBins; ++k) {
    out.power[k] = std::norm(std::complex<double>(fft_.spectrum()[k]));
    out.weighted[k] = out.power[k] * weights_[k];
  }
  return out;
}

Bands Ear::group(std::span<const double> weighted) const {
  Bands energy;
  for (int i = 0; i < kBands; ++i) {
    double sum = 0;
    for (const Share& part : shares_[i]) sum += part.share * weighted[part.bin];
    energy[i] = std::max(sum, kLeastEnergy);
  }
  return energy;
}

}  // namespace dju::quality::peaq
