// A track's samples as floats, left and right apart. Render thread. Positions in track frames.
#pragma once

#include <cstdint>

#include "engine/track.h"

namespace dju::engine {

// Frames [first, first + frames) in units of the 16-bit samples, silence outside of the track.
void copyTrack(const TrackAudio& audio, std::int64_t first, int frames, float* left,
               float* right) noexcept;

}  // namespace dju::engine
