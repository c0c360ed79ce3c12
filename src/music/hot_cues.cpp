#include "music/hot_cues.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace dju::music {

std::vector<HotCue> hotCues(std::vector<CuePoint> cues) {
  std::stable_sort(cues.begin(), cues.end(),
                   [](const CuePoint& a, const CuePoint& b) { return a.time < b.time; });
  std::array<std::optional<double>, kHotCuePads> pads;
  for (const CuePoint& cue : cues) {
    if (cue.slot >= 0 && cue.slot < kHotCuePads && !pads[cue.slot]) pads[cue.slot] = cue.time;
  }
  for (const CuePoint& cue : cues) {
    const auto free = std::find(pads.begin(), pads.end(), std::nullopt);
    if (cue.slot < 0 && free != pads.end()) *free = cue.time;
  }
  std::vector<HotCue> found;
  for (int pad = 0; pad < kHotCuePads; ++pad) {
    if (pads[pad]) found.push_back({pad, std::llround(*pads[pad] * kSampleRate)});
  }
  return found;
}

}  // namespace dju::music
