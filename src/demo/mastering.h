// The last stage: integrated loudness (ITU-R BS.1770-4, measured with our own arithmetic so that
// the gain it leads to is the same on every CPU) and a true-peak limiter. Whole tracks, any thread.
#pragma once

#include <vector>

#include "demo/sample.h"

namespace dju::demo {

// LUFS of the whole sound; −70 for silence.
double integratedLoudness(const Sample& sound);

// Raises the sound to `targetLufs` under `ceilingDb` dBTP. Latency is compensated: no sample moves.
void master(Sample& sound, double targetLufs, double ceilingDb);

// The largest value between the samples too, found by fourfold oversampling (BS.1770-4, annex 2).
float truePeak(const Sample& sound);

}  // namespace dju::demo
