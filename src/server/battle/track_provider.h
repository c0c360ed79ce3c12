// Makes tracks of the library playable: sound mapped and resident, grid and log line at hand.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/error.h"
#include "engine/battle_log.h"
#include "engine/track.h"
#include "music/hot_cues.h"
#include "music/track_info.h"

namespace dju::server {

struct PlayableTrack {
  engine::LoadedTrack audio;
  engine::LogTrack log;  // its index is given by the battle
  nlohmann::json
      summary;  // {trackId, title, artist, durationSeconds, frames, bpm, grid, analysisHash}
  std::vector<music::HotCue> hotCues;                // that a deck gets with it
  std::shared_ptr<const music::TrackInfo> analysis;  // for the judge; null: not known
  std::shared_ptr<const void> keepAlive;             // the sound stays resident while this lives
};

class TrackProvider {
 public:
  virtual ~TrackProvider() = default;
  // Never blocks. `done` is called on the network thread, once: with the track, or kNotFound,
  // kUnavailable (no memory left in the budget) … Network thread.
  virtual void acquire(const std::string& trackId,
                       std::function<void(Result<PlayableTrack>)> done) = 0;
};

}  // namespace dju::server
