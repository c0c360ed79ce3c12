// What people changed about a track, kept apart from what the analysis found, so that a better
// analysis replaces the findings and leaves the work of hands alone.
//
// The effective TrackInfo is analysis + edits. A step of history is a whole TrackEdits: undo and
// redo need no inverse operations. Callers: storage (history), interchange (imports). Plain values;
// any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/beat_grid.h"
#include "core/error.h"
#include "music/track_info.h"

namespace dju::music {

struct TrackEdits {
  std::optional<BeatGrid> grid;                     // in place of the one that was found
  std::optional<std::string> key;                   // as MusicalKey::name
  std::optional<std::vector<CuePoint>> cues;        // in place of the suggested ones
  std::optional<std::vector<TrackPhrase>> phrases;  // in place of those that were found
  bool locked = false;                              // the grid may not be changed

  bool empty() const { return !grid && !key && !cues && !phrases && !locked; }
  friend bool operator==(const TrackEdits&, const TrackEdits&) = default;
};

// Limits of what a person may set: bounded tables, no text longer than a label on a pad.
inline constexpr double kMinBpm = 20, kMaxBpm = 400;
inline constexpr std::size_t kMaxCues = 128, kMaxPhrases = 256, kMaxLabelBytes = 128;

// Why these edits make no sense for a track of this length: a grid outside kMinBpm to kMaxBpm or
// anchored outside the track, cues and phrases outside of it or out of order, unknown keys.
Result<void> checkEdits(const TrackEdits& edits, FrameCount frames);
// Sorts cues and phrases by time.
TrackEdits ordered(TrackEdits edits);

TrackInfo withEdits(const TrackInfo& analysis, const TrackEdits& edits);

// Canonical, as toCanonicalJson(TrackInfo).
std::string toCanonicalJson(const TrackEdits& edits);
Result<TrackEdits> parseTrackEdits(std::string_view json);

}  // namespace dju::music
