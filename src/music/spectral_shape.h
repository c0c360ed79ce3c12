// What the outline of one spectrum says, and of one stretch of sound. Plain functions that features
// and analysers share. They do not allocate; any thread.
#pragma once

#include <span>

namespace dju::music {

// Spectra are magnitudes of bins 0, 1, … at multiples of binHz. All are 0 in silence.
// Mean frequency, weighted by magnitude, in Hz (Tzanetakis and Cook 2002, eq. 1).
float spectralCentroid(std::span<const float> magnitudes, float binHz);
// Standard deviation around the centroid in Hz (Peeters 2004, "spread", on magnitudes).
float spectralBandwidth(std::span<const float> magnitudes, float binHz, float centroid);
// The lowest bin below which lies `share` of all magnitude, in Hz (Tzanetakis and Cook 2002, eq.
// 2).
float spectralRollOff(std::span<const float> magnitudes, float binHz, float share);

// Geometric over arithmetic mean of the powers (Peeters 2004), each at least `floor`: 1 for white
// noise and for digital silence, near 0 for a tone.
float spectralFlatness(std::span<const float> power, float floor);
// How far the loudest `share` of these bins lies above the quietest in dB, means of powers that are
// at least `floor` (Jiang et al., "Music type classification by spectral contrast feature", 2002).
float spectralContrast(std::span<const float> power, float share, float floor);

// Share of neighbouring samples of which one is negative and the other not.
float zeroCrossingRate(std::span<const float> samples);
float rootMeanSquare(std::span<const float> samples);
float peakOf(std::span<const float> samples);

}  // namespace dju::music
