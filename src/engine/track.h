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

inline constexpr int kNoKey = -1;
inline constexpr int kKeys = 24;

// An entry of the battle's track table. The shell keeps `audio` mapped and resident for as long as
// the Battle lives.
struct LoadedTrack {
  TrackAudio audio;
  BeatGrid grid;
  // What auto gain adds (music/loudness.h, autoGainDb); 0 where the loudness is not known.
  double gainDb = 0;
  // 0 … 11: C … B major, 12 … 23: C … B minor; kNoKey where it is not known.
  int key = kNoKey;
};

inline constexpr double kMostGainDb = 24;  // either way; more is refused as nonsense

}  // namespace dju::engine
