// Where a DJ would set cue points: at the starts of phrases that mixing turns on. Suggestions only;
// people keep, move and name them. Callers: analyse. Pure, any thread; times are seconds.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "music/structure.h"

namespace dju::music {

enum class CueKind {
  kMixIn,      // start here to bring the track in: its first phrase
  kDrop,       // a drop begins
  kBreakdown,  // a breakdown begins
  kMixOut,     // bring the next track in from here on: the outro, or 32 bars before the end
};
inline constexpr int kCueKindCount = 4;

// "mix_in", "drop", "breakdown", "mix_out": the names in JSON.
std::string_view cueKindName(CueKind kind);
std::optional<CueKind> findCueKind(std::string_view name);

struct Cue {
  double seconds = 0;
  CueKind kind = CueKind::kMixIn;
  std::string label;  // what a page shows: "Mix in", "Drop 2"

  friend bool operator==(const Cue&, const Cue&) = default;
};

// At most eight, by time: one mix-in, one mix-out, the first drops and breakdowns. Nothing without
// phrases.
std::vector<Cue> suggestCues(std::span<const Phrase> phrases);

}  // namespace dju::music
