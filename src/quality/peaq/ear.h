// The peripheral ear of PEAQ's basic version: from a frame of sound to excitation in 109 critical
// bands (ITU-R BS.1387-1, annex 2, section 2.1). Equation numbers in comments are those of Kabal,
// "An Examination and Interpretation of ITU-R BS.1387" (McGill University, 2002), whose readings of
// ambiguous places are taken (docs/quality.md).
//
// Energies are on a scale where a sine of full scale near 1 kHz is 92 dB SPL, so 1 is 0 dB SPL.
// Callers: peaq/. Pure except Ear, which owns an FFT: one instance, one thread.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "music/fft.h"

namespace dju::quality::peaq {

inline constexpr int kFrame = 2048;  // samples at 48 kHz, a new one every kHop
inline constexpr int kHop = 1024;
inline constexpr double kFrameRate = 48000.0 / kHop;  // 46.875 Hz
inline constexpr int kBins = kFrame / 2 + 1;
inline constexpr int kBands = 109;
inline constexpr double kBandWidthBark = 0.25;

// A value for each critical band, lowest first.
using Bands = std::array<double, kBands>;

struct BandEdges {
  double lower = 0, centre = 0, upper = 0;  // Hz
};
// From 80 Hz to 18 kHz in steps of a quarter Bark, z = 7 asinh(f / 650) (eq. 6).
const std::array<BandEdges, kBands>& bandEdges();

// What outer and middle ear do to a sound that arrives, in dB (eq. 7; Terhardt 1979).
double outerAndMiddleEarDb(double hz);
// The ear's own noise in a band around `hz`, as energy (eq. 15).
double internalNoise(double hz);

// Excitation by energies in bands: each spreads to its neighbours, upwards the less steeply the
// louder it is; the sums are of energies raised to 0.4 (eqs. 17 to 22). Of 0 dB in every band it
// makes 0 dB in every band.
Bands spreadOverBands(const Bands& energy);

// Per band, the coefficient of a first-order low-pass at the frame rate. Its time constant is
// `minimum` seconds for very high bands and `at100Hz` at 100 Hz (eq. 24).
Bands smoothing(double at100Hz, double minimum);

// One frame of one channel, before and after the outer and middle ear.
struct Spectrum {
  std::vector<double> power;     // |X|^2, kBins
  std::vector<double> weighted;  // as it reaches the inner ear
};

class Ear {
 public:
  Ear();
  // `samples`: kFrame of them, full scale 1.
  Spectrum spectrum(std::span<const float> samples);
  // Weighted power summed over each band; a bin on an edge belongs to both in proportion.
  Bands group(std::span<const double> weighted) const;

 private:
  struct Share {
    int bin = 0;
    double share = 0;
  };
  music::RealFft fft_;
  std::vector<float> window_;
  std::vector<double> weights_;  // of power, kBins
  std::array<std::vector<Share>, kBands> shares_;
};

}  // namespace dju::quality::peaq
