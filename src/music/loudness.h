// Integrated loudness and loudness range (live_loudness.h), true peak, and the gain that makes
// tracks equally loud. Any thread.
#pragma once

#include "audio/pcm_file.h"
#include "music/track_info.h"

namespace dju::music {

TrackLoudness measureLoudness(const audio::PcmView& pcm);

// What decks bring tracks to: quiet enough that two of them, mixed, hardly need the limiter, and
// the level at which streaming services play music.
inline constexpr double kAutoGainLufs = -14;

// The gain in dB that brings a track to kAutoGainLufs, within 12 dB either way; less where its true
// peak would exceed -1.3 dBTP, so that auto gain alone never drives the limiter. 0 where the track
// is silent or was never measured (-70).
double autoGainDb(double integratedLufs, double truePeakDbtp);

}  // namespace dju::music
