// A track's analysis as people and programs read it: the JSON of docs/analysis.md, which
// `dju analyze` prints and GET /api/v1/tracks/ID/analysis answers. Unlike the blob it lists every
// beat and spells the key in all notations. Any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "music/track_info.h"

namespace dju::music {

// Seconds of the beats (or of every fourth, from a downbeat) that lie within the track.
enum class BeatChoice { kAll, kDownbeats };
std::vector<double> beatTimes(const BeatGrid& grid, FrameCount frames, BeatChoice choice);

// [{time, bpm, beat}] of a grid's tempo changes.
nlohmann::json tempoChangesJson(const BeatGrid& grid);

// Everything but `file` and `id`, which the caller knows. Times are rounded to the microsecond.
nlohmann::json toAnalysisJson(const TrackInfo& info);

}  // namespace dju::music
