// When the next beat falls, for moves of the mixer that wait for it (server/battle/beat_wait.h).
// Render thread; pure.
#pragma once

#include <optional>

#include "engine/battle.h"

namespace dju::engine {

// Frames from now() to the next multiple of `beats` (1 … 4) in the bar of what the control goes by:
// its own deck if that plays forwards, else what leads (Battle's sync leader or clock), else the
// deck that is heard most. 0: it falls on now(). Nothing where no beat runs. Exact for a tempo that
// stays; to be asked again each block until the beat lies within the next one.
std::optional<FrameCount> framesToBeat(const Battle& battle, ControlId control, int target,
                                       int beats) noexcept;

}  // namespace dju::engine
