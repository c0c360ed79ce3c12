#include "quality/pesq/speech.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "music/fft.h"

namespace dju::quality::pesq {
namespace {

struct Point {
  double hz, db;
};

// Between the points in straight lines of dB over Hz; steep flanks stand for brick walls.
constexpr Point kSpeechBand[] = {{0, -500}, {300, -500},  {350, 0},
                                 {3250, 0}, {3500, -500}, {8000, -500}};

// Receiving side of the intermediate reference system (ITU-T P.48, as P.862 uses it), against its
// gain at 1 kHz.
constexpr Point kHandset[] = {{0, -212},  {50, -52},  {100, -32},   {125, -24},
                              {160, -18}, {200, -12}, {250, -8},    {300, -6},
                              {350, -4},  {400, -2},  {500, -1},    {600, 0},
                              {3250, 0},  {3500, -8}, {4000, -212}, {8000, -212}};

double gainDbAt(std::span<const Point> curve, double hz) {
  for (std::size_t i = 1; i < curve.size(); ++i) {
    if (hz > curve[i].hz) continue;
    const double share = (hz - curve[i - 1].hz) / (curve[i].hz - curve[i - 1].hz);
    return curve[i - 1].db + share * (curve[i].db - curve[i - 1].db);
  }
  return curve.back().db;
}

// Without delay: the whole signal in one transform, with silence after it.
Samples filtered(std::span<const float> x, std::span<const Point> curve) {
  music::RealFft fft(
      static_cast<int>(std::bit_ceil(x.size() + static_cast<std::size_t>(kPadding))));
  std::fill(fft.samples().begin(), fft.samples().end(), 0.0F);
  std::copy(x.begin(), x.end(), fft.samples().begin());
  fft.forward();
  for (int k = 0; k < fft.bins(); ++k) {
    const double hz = static_cast<double>(k) * kSpeechRate / fft.size();
    fft.spectrum()[k] *= static_cast<float>(std::pow(10, gainDbAt(curve, hz) / 20) / fft.size());
  }
  fft.inverse();
  return {fft.samples().begin(), fft.samples().begin() + static_cast<long>(x.size())};
}

// P.862.2's high-pass, a section of second order.
Samples highPassed(const Samples& x) {
  constexpr double kB0 = 2.740826, kB1 = -5.4816519, kB2 = 2.740826;
  constexpr double kA1 = -1.9444777, kA2 = 0.94597794;
  Samples out(x.size());
  double z1 = 0, z2 = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double y = kB0 * x[i] + z1;
    z1 = kB1 * x[i] - kA1 * y + z2;
    z2 = kB2 * x[i] - kA2 * y;
    out[i] = static_cast<float>(y);
  }
  return out;
}

}  // namespace

Samples levelled(std::span<const float> fullScaleOne) {
  constexpr double kPower = 1e7;
  double power = 0;
  for (const float x : filtered(fullScaleOne, kSpeechBand)) power += static_cast<double>(x) * x;
  power /= static_cast<double>(fullScaleOne.size()) + static_cast<double>(kPadding);
  Samples out(fullScaleOne.begin(), fullScaleOne.end());
  const double gain = power > 0 ? std::sqrt(kPower / power) : 0;
  for (float& x : out) x = static_cast<float>(gain * x);
  return out;
}

Samples received(const Samples& levelled, Band band) {
  return band == Band::kNarrow ? filtered(levelled, kHandset) : highPassed(levelled);
}

Samples voiceBand(const Samples& received) {
  return filtered(received, kSpeechBand);
}

}  // namespace dju::quality::pesq
