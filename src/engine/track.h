// What a deck plays: memory that somebody else keeps alive, and the beat grid it is played by.
#pragma once

#include <cstdint>

#include "core/beat_grid.h"

namespace dju::engine {

// 48 kHz, stereo, interleaved 16-bit samples; `scale` turns a sample into [-1, 1] full scale (a
// track whose decoder overshot full scale is stored attenuated, so that nothing was clipped).
struct TrackAudio {
  const std::int16_t* samples = nullptr;
  std::int64_t frames = 0;
  float scale = 1.0F / 32768.0F;
};

// An entry of the battle's track table. The shell keeps `audio` mapped and resident for as long as
// the Battle lives.
struct LoadedTrack {
  TrackAudio audio;
  BeatGrid grid;
  // What auto gain adds (music/loudness.h, autoGainDb); 0 where the loudness is not known.
  double gainDb = 0;
};

inline constexpr double kMostGainDb = 24;  // either way; more is refused as nonsense

}  // namespace dju::engine
