// True peak of a whole track: the highest level between samples that a converter would make of it.
//
// The interpolator of ITU-R BS.1770-4, annex 2 (48 taps, four phases). libebur128 has one too; over
// a whole track it took longer than decoding, since it goes sample by sample. Here the taps run
// over blocks, which compilers turn into vector code. Callers: loudness. Any thread.
#pragma once

#include "audio/pcm_file.h"

namespace dju::music {

// The larger of both channels; 1 is full scale.
double truePeak(const audio::PcmView& pcm);

}  // namespace dju::music
