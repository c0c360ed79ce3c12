// The waveform blob of docs/waveform.md: what the page draws, in three bands, at five zooms.
//
// Crossovers are fourth-order Linkwitz-Riley (two Butterworth biquads each), as in a DJ mixer's EQ,
// computed here in double precision. One pass over the samples. Any thread.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "audio/pcm_file.h"

namespace dju::music {

inline constexpr int kOverviewColumns = 1200;

std::string makeWaveform(const audio::PcmView& pcm);

// Of sound that is still being made, whose length is not known before its end: the columns of the
// overview begin at multiples of 256 frames. One thread; memory: 16 bytes every 256 frames.
class WaveformWriter {
 public:
  WaveformWriter();
  ~WaveformWriter();
  WaveformWriter(const WaveformWriter&) = delete;
  WaveformWriter& operator=(const WaveformWriter&) = delete;

  void push(std::span<const float> frames);  // stereo, interleaved
  std::string finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dju::music
