// The waveform blob of docs/waveform.md: what the page draws, in three bands, at five zooms.
//
// Crossovers are fourth-order Linkwitz-Riley (two Butterworth biquads each), as in a DJ mixer's EQ,
// computed here in double precision. One pass over the samples. Any thread.
#pragma once

#include <string>

#include "audio/pcm_file.h"

namespace dju::music {

inline constexpr int kOverviewColumns = 1200;

std::string makeWaveform(const audio::PcmView& pcm);

}  // namespace dju::music
