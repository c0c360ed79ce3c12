// Where in a track something begins, in its beats: what a DJ looks for on the waveform before a
// mix. Pure; any thread.
#pragma once

#include <vector>

#include "simulator/crate.h"

namespace dju::simulator {

inline constexpr double kPhraseBeats = 32;

// Phrases, in order; each kPhraseBeats where nobody knows the form.
std::vector<double> phraseStarts(const CrateTrack& track);
std::vector<double> dropStarts(const CrateTrack& track);
double lastBeat(const CrateTrack& track);

}  // namespace dju::simulator
