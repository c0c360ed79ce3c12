// A constant-tempo beat grid from sound.
//
// Onset strength is spectral flux with the kick's band counted more; the tempo is the strongest
// comb of its autocorrelation between 60 and 200 BPM under a prior around 125; tempo and phase are
// then fitted together over the whole track, so that the grid does not drift; the downbeat is the
// phase of four with the strongest low band. Any thread.
#pragma once

#include "audio/pcm_file.h"
#include "core/beat_grid.h"

namespace dju::music {

struct BeatEstimate {
  BeatGrid grid;          // not valid for silence and sound without onsets
  double confidence = 0;  // 0 to 1: how much of the onset strength falls on the grid
};

BeatEstimate estimateBeats(const audio::PcmView& pcm);

}  // namespace dju::music
