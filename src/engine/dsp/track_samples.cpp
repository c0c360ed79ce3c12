#include "engine/dsp/track_samples.h"

#include <algorithm>
#include <cstring>

#include "engine/dsp/simd.h"

namespace dju::engine {

void copyTrack(const TrackAudio& audio, std::int64_t first, int frames, float* left,
               float* right) noexcept {
  const std::int64_t begin = std::clamp<std::int64_t>(first, 0, audio.frames);
  const std::int64_t end = std::clamp<std::int64_t>(first + frames, begin, audio.frames);
  const int silentBefore = static_cast<int>(std::clamp<std::int64_t>(begin - first, 0, frames));
  const int sounding = static_cast<int>(end - begin);
  std::fill_n(left, silentBefore, 0.0F);
  std::fill_n(right, silentBefore, 0.0F);
  left += silentBefore;
  right += silentBefore;
  const std::int16_t* source = audio.samples + 2 * begin;
  int i = 0;
  for (; i + 4 <= sounding; i += 4) {
    Int4 pairs;  // each lane: the right sample above the left one
    std::memcpy(&pairs, source + 2 * i, sizeof pairs);
    store4(left + i, __builtin_convertvector((pairs << 16) >> 16, Float4));
    store4(right + i, __builtin_convertvector(pairs >> 16, Float4));
  }
  for (; i < sounding; ++i) {
    left[i] = source[2 * i];
    right[i] = source[2 * i + 1];
  }
  std::fill_n(left + sounding, frames - silentBefore - sounding, 0.0F);
  std::fill_n(right + sounding, frames - silentBefore - sounding, 0.0F);
}

}  // namespace dju::engine
