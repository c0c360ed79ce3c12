// From beats that another program pinned to times to our grid, which has at most
// BeatGrid::kMaxChanges tempo changes. Programs that pin every beat of a track give hundreds of
// markers; those that lie on a line become one part. Pure; any thread.
#pragma once

#include <optional>
#include <span>

#include "core/beat_grid.h"

namespace dju::storage {

struct BeatMarker {
  double beat = 0;     // whole; multiples of four begin bars
  double seconds = 0;  // ascending with the beats
};

// A grid that passes within 2 ms of every marker, or as near as the number of changes allows.
// `lastBpm` is the tempo behind the last marker; 0 = as before it. Nothing for markers out of order
// and where no tempo is known.
std::optional<BeatGrid> gridThrough(std::span<const BeatMarker> markers, double lastBpm);

}  // namespace dju::storage
