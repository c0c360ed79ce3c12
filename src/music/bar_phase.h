// Which of four beats begins the bar, by two witnesses: the metre network (metre.h), which sees
// what bars look like over the whole section, and the network of the live tracker
// (beat_evidence.h), which hears at each moment whether a bar begins. They err on different music.
// estimateBeats asks; pure, any thread.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "audio/pcm_file.h"
#include "music/grid_fit.h"
#include "music/metre.h"

namespace dju::music {

// Chance that the beats 4n + k of a line begin bars, k = 0 to 3; they add up to 1.
using BarChances = std::array<double, 4>;

// line: beats as they were fitted; hypotheses: of the same section, one of them at the line's tempo
// and phase. The network hears up to two minutes in the middle of the line.
BarChances barChances(const audio::PcmView& pcm, const BeatLine& line,
                      std::span<const Metre> hypotheses);

}  // namespace dju::music
