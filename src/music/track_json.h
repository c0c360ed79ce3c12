// Parts of a track's analysis as JSON, shared by the blob (track_info.h), people's edits
// (track_edits.h) and what is shown (analysis_json.h), so that a cue looks the same in all three.
// Readers throw nlohmann::json::exception or Error on what is no such thing. Any thread.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "core/beat_grid.h"
#include "music/track_info.h"

namespace dju::music {

// {anchorFrame, framesPerBeat, changes?: [[beat, frame, framesPerBeat]]}: exact, for blobs.
nlohmann::json exactGridJson(const BeatGrid& grid);
// Throws Error(kInvalid) for a grid that is not sane().
BeatGrid exactGridFrom(const nlohmann::json& json);

// [{start, end, bars, label}]
nlohmann::json phrasesJson(const std::vector<TrackPhrase>& phrases);
std::vector<TrackPhrase> phrasesFrom(const nlohmann::json& json);

// [{time, kind, label?, slot?, length?, color?: "#rrggbb"}]
nlohmann::json cuesJson(const std::vector<CuePoint>& cues);
std::vector<CuePoint> cuesFrom(const nlohmann::json& json);

}  // namespace dju::music
