// The beat grid as the analysis finds it and people edit it: constant tempo, bars of four.
#pragma once

#include "core/time.h"

namespace dju::music {

// Beats at anchorFrame + n * framesPerBeat; the anchor is a downbeat. The fields are those of
// engine::BeatGrid, which lies on a higher floor; storage converts.
struct BeatGrid {
  double anchorFrame = 0;    // at 48 kHz
  double framesPerBeat = 0;  // 0 = no grid

  bool valid() const { return framesPerBeat > 0; }
  double bpm() const { return valid() ? kSampleRate * 60.0 / framesPerBeat : 0; }
  double anchorSeconds() const { return anchorFrame / kSampleRate; }
  static BeatGrid fromBpm(double anchorSeconds, double bpm) {
    return {anchorSeconds * kSampleRate, bpm > 0 ? kSampleRate * 60.0 / bpm : 0};
  }
};

}  // namespace dju::music
