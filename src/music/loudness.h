// Integrated loudness by libebur128 and true peak (ITU-R BS.1770-4). Any thread.
#pragma once

#include "audio/pcm_file.h"

namespace dju::music {

struct Loudness {
  double integratedLufs = -70;  // -70 stands for silence
  double truePeakDbtp = -70;
};

Loudness measureLoudness(const audio::PcmView& pcm);

}  // namespace dju::music
