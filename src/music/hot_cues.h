// Which cues of a track lie on a deck's pads when it is loaded: those that people gave a number,
// then the others in order of time on the pads that are free. Called by the library's track
// provider for battles; pure, any thread. Positions in track frames at 48 kHz.
#pragma once

#include <vector>

#include "music/track_info.h"

namespace dju::music {

inline constexpr int kHotCuePads = 8;

struct HotCue {
  int pad = 0;  // 0 … kHotCuePads - 1
  std::int64_t frame = 0;

  friend bool operator==(const HotCue&, const HotCue&) = default;
};

// In order of pads. Of two cues with one number the earlier stays.
std::vector<HotCue> hotCues(std::vector<CuePoint> cues);

}  // namespace dju::music
