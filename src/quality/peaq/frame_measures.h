// What PEAQ measures in a frame of one channel, before anything is averaged over time (ITU-R
// BS.1387-1, annex 2, section 4; equation numbers: Kabal 2002). Callers: peaq.cpp. Pure.
#pragma once

#include <array>
#include <span>

#include "quality/peaq/patterns.h"

namespace dju::quality::peaq {

// Index 0 is the reference, 1 the test.
using SpectrumPair = std::array<Spectrum, 2>;

struct ModulationDifference {
  double plain = 0;    // for WinModDiff1 and AvgModDiff1
  double lenient = 0;  // AvgModDiff2: what the test lost counts a tenth
  double weight = 0;   // of the frame in averages: low where the reference is near inaudible
};
ModulationDifference modulationDifference(const Patterns& patterns);

// Loudness of what the test added, partially masked by the reference; sone.
double noiseLoudness(const Patterns& patterns);

// The highest bins at which reference and test rise above the noise beyond 21.6 kHz; -1 where the
// reference has no content above 8.1 kHz.
struct Bandwidth {
  int reference = -1, test = -1;
};
Bandwidth bandwidth(const SpectrumPair& spectra);

// Energy of the difference of both spectra over the masking threshold, mean and maximum of bands.
struct NoiseToMask {
  double mean = 0, greatest = 0;
};
NoiseToMask noiseToMask(const Bands& noise, const Bands& referenceExcitation);

// The difference of weighted magnitude spectra as energy in each bin.
std::vector<double> noisePower(const SpectrumPair& spectra);

// Of each band: the probability that a listener hears a difference, and how many steps above
// the threshold it is.
struct Detection {
  Bands probability{}, steps{};
};
Detection detection(const BandPair& excitation);
// The step at which half of the listeners hear a difference, in dB, for an excitation of `levelDb`
// (eq. 74); 1e30 below 0 dB.
double detectionStepDb(double levelDb);
// Of one band, for excitations in dB (eqs. 75 to 77).
double detectionProbability(double referenceDb, double testDb);

}  // namespace dju::quality::peaq
