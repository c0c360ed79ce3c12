// Drums and bass from patterns over any beats, for tests of the beat analysis: its truth is exact
// because it is what was played. Pure, any thread; seconds.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace dju::music::testing {

// One bar of sixteenths a line, x = hit. Fewer or more than 16 make another metre: four sixteenths
// are a beat in any case. Empty = silent.
struct DrumPattern {
  std::string kick, snare, hat, bass;
  double hatLevel = 0.15;
  double attackMs = 1;  // of all drums
};

// Beats of one tempo from `first` on, until `end`.
std::vector<double> steadyBeats(double first, double bpm, double end);

// Stereo, interleaved, 48 kHz, as long as `seconds`; beat 0 begins a bar. The same pattern over the
// same beats gives the same samples.
std::vector<std::int16_t> playDrums(const std::vector<double>& beats, const DrumPattern& pattern,
                                    double seconds);

}  // namespace dju::music::testing
