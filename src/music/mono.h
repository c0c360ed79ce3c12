// A track's sound as one channel of floats at a wished rate, in blocks: (left + right) / 2.
// Callers: whatever in music/ measures spectra of whole tracks. Constructor and next() may allocate
// and throw Error(kInternal) when libsoxr does. One instance, one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "audio/pcm_file.h"

namespace dju::music {

class MonoReader {
 public:
  // The view must outlive the reader.
  MonoReader(const audio::PcmView& pcm, int sampleRate);
  ~MonoReader();
  // How many samples next() will give in all.
  std::int64_t samples() const { return samples_; }
  // The next block, valid until the next call; empty at the end.
  std::span<const float> next();

 private:
  struct Resampler;
  std::span<const float> nextOriginal();
  std::span<const float> nextResampled();

  audio::PcmView pcm_;
  std::int64_t at_ = 0;  // frame of pcm_ to read next
  std::int64_t samples_ = 0;
  std::int64_t delivered_ = 0;
  std::vector<float> block_, resampled_;
  std::unique_ptr<Resampler> resampler_;  // none at 48 kHz
};

}  // namespace dju::music
