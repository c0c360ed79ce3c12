// Where the music is, for what moves in time with it. Plain values.
#pragma once

#include "core/time.h"

namespace dju::engine {

// At the first frame of a block; runs on evenly within it.
struct BeatClock {
  double beat = 0;                           // of the grid; whole numbers are beats
  double framesPerBeat = 0.5 * kSampleRate;  // as heard; 120 BPM where nothing is known
  double beatAt(int frame) const noexcept { return beat + frame / framesPerBeat; }
};

}  // namespace dju::engine
