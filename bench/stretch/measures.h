// What bench_stretch measures on stretched sound. Pure; any thread. Sounds at 48 kHz.
#pragma once

#include <vector>

#include "stretch/stretchers.h"

namespace dju::bench {

// Mean difference in dB between two sounds' levels in 64 mel bands (50 Hz to 16 kHz), windows of
// 2,048 frames every 512, over the bands that are within 60 dB of the loudest.
double spectralDistanceDb(const Stereo& a, const Stereo& b);

// The frequency of a nearly pure tone near `hz`.
double frequencyOf(const std::vector<float>& x, double hz);

// Bursts of noise, 3 ms long, expected at `frames`: how late their energy above 4 kHz lies and by
// how much it is spread (standard deviation of time), in ms.
struct Bursts {
  double lateMs = 0;   // of the mean
  double worstMs = 0;  // the farthest one from its place
  double spreadMs = 0;
};
Bursts burstsAt(const std::vector<float>& x, const std::vector<double>& frames);

}  // namespace dju::bench
