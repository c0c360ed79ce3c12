// Sound for the tests of the quality measures, and what may happen to it on its way. All of it is
// the same on every run. Callers: tests. Any thread.
#pragma once

#include <cstdint>

#include "quality/sound.h"

namespace dju::quality::testing {

// Chords of six harmonics that die away, and noise bursts every half second; stereo.
Sound musicalPassage(double seconds, std::uint64_t seed = 1);

Sound withNoise(Sound sound, double rms, std::uint64_t seed = 5);
// Every sample `frames` later (negative: earlier), silence where nothing is known.
Sound shifted(const Sound& sound, std::int64_t frames);
Sound scaled(Sound sound, double gain);
// By a Butterworth filter of fourth order.
Sound lowPassed(Sound sound, double hz);
// Encoded and decoded by libopus, its delay taken off; what a stream does to sound.
Sound throughOpus(const Sound& sound, int kilobits);

}  // namespace dju::quality::testing
