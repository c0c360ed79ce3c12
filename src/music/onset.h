// Onset strength: how much of a sound begins at each moment, 200 values a second.
//
// Spectral flux (Bello et al., "A tutorial on onset detection in music signals", 2005) of the
// log-compressed magnitudes, apart for the kick's band and the rest, each divided by its mean so
// that neither depends on the mix. Any thread; FFTW's planner, which is not thread-safe, is guarded
// here.
#pragma once

#include <mutex>
#include <vector>

#include "audio/pcm_file.h"
#include "core/time.h"

namespace dju::music {

inline constexpr int kOnsetHop = 240;  // frames at 48 kHz
inline constexpr double kOnsetRate = static_cast<double>(kSampleRate) / kOnsetHop;  // Hz

struct OnsetStrength {
  std::vector<float> kick;  // below 160 Hz
  std::vector<float> all;   // everything, the kick's band counted as much as the rest together
};

OnsetStrength onsetStrength(const audio::PcmView& pcm);

// Held while a plan of FFTW is made or destroyed.
std::mutex& fftwPlanner();

}  // namespace dju::music
