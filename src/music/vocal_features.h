// What tells a voice from instruments, as numbers for a small model; ten rows a second.
//
// After Lehner, Sonnleitner, Widmer, "Towards light-weight, real-time-capable singing voice
// detection" (ISMIR 2013): cepstra and how much they vary, and the fluctogram, which follows
// partials that glide between frames; and envelopes at the rate of syllables. Everything is
// measured over a second around each moment and none of it depends on level. Callers: vocals, and
// the program that trains its model. Pure, any thread.
#pragma once

#include "music/features.h"

namespace dju::music {

inline constexpr double kVocalRowsPerSecond = 10;
inline constexpr std::size_t kVocalCepstra = 12;
inline constexpr std::size_t kVocalBands = 8;   // of envelopes
inline constexpr std::size_t kVocalTracks = 6;  // of the fluctogram
inline constexpr std::size_t kVocalFeatures =
    3 * kVocalCepstra + 2 * kVocalBands + 2 * kVocalTracks + 2;

// Row i is centred at i / 10 seconds. `logMel`: of the standard definition.
FeatureMatrix vocalFeatures(const FeatureMatrix& logMel);

}  // namespace dju::music
