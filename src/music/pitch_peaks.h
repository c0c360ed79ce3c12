// The tones of a track: spectral peaks between 50 Hz and 2.2 kHz with their exact pitch, six times
// a second. What a key is heard from, and nothing else: hats lie above, kicks and snares make no
// sharp peaks in windows of 0.7 s.
//
// Callers: the key estimator. Any thread; takes about 20 ms a minute of music.
#pragma once

#include <vector>

#include "audio/pcm_file.h"

namespace dju::music {

struct PitchPeak {
  float pitch;      // MIDI note number with its fraction, A4 = 440 Hz = 69
  float magnitude;  // of a sine: its amplitude
  float salience;   // magnitude over the mean magnitude within a fourth around
};

struct PitchFrame {
  double seconds;  // of the window's centre
  std::vector<PitchPeak> peaks;
};

// Frames whose windows lie within the sound, or one over a sound that is shorter; none for silence
// or less than half a second.
std::vector<PitchFrame> findPitchPeaks(const audio::PcmView& pcm);

}  // namespace dju::music
