// Integrated loudness and loudness range by libebur128 (ITU-R BS.1770-4, EBU Tech 3342) and true
// peak. Any thread.
#pragma once

#include "audio/pcm_file.h"
#include "music/track_info.h"

namespace dju::music {

TrackLoudness measureLoudness(const audio::PcmView& pcm);

}  // namespace dju::music
