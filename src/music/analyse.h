// One call from sound to what the library stores about it. Callers: import. Any thread; takes about
// a second a track. FFTW's planner is guarded inside.
#pragma once

#include <functional>
#include <string>

#include "audio/pcm_file.h"
#include "music/track_info.h"

namespace dju::music {

struct Analysis {
  TrackInfo info;
  std::string waveform;  // the blob of docs/waveform.md; info.waveformHash is its hash
};

Analysis analyseTrack(const audio::PcmView& pcm, const std::string& pcmHash);

}  // namespace dju::music
