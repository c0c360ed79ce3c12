// A beat grid from sound: tempo, beats, bars, and where the tempo changes.
//
// Five steps. Onset strength in the ranges of a drum kit (onset.h). Sections of one tempo
// (tempo_map.h), nearly always a single one. In each, the period and phase that look most like
// music (metre.h). Then lines through the beats over the whole section (grid_fit.h), so that a grid
// of constant tempo does not drift, while a tempo that moves is followed. At last, which of four
// beats begins the bar (bar_phase.h).
//
// The import calls it, on any thread: about 0.1 s of CPU a minute of music, and 0.1 s for each of
// up to two minutes; 12 kB of memory a second of sound.
#pragma once

#include <vector>

#include "audio/pcm_file.h"
#include "core/beat_grid.h"

namespace dju::music {

struct TempoAlternative {
  double bpm = 0;
  double probability = 0;  // 0 to 1
};

struct BeatEstimate {
  BeatGrid grid;  // not valid for silence and sound without onsets
  // 0 to 1: how regular the onsets are and how clear the beat among them. Noise, speech and music
  // in free time stay below 0.2.
  double confidence = 0;
  double downbeatConfidence = 0;  // 0 to 1, not above `confidence`
  // Other tempi that a listener might tap, most probable first: at least the nearer octave.
  std::vector<TempoAlternative> alternatives;

  bool constant() const { return grid.constant(); }
};

BeatEstimate estimateBeats(const audio::PcmView& pcm);

}  // namespace dju::music
