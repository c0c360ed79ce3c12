// What a sound is like now, for pages: the spectrum of the platform's document over 8192 samples
// (its seven bands, its strongest frequency) and the features that it asks for beside, ten times a
// second. One reader serves live sound and whole tracks, so both get the same values to the bit.
//
// The constructor allocates and plans; push() does neither, but calls libm and FFTW: an analysis
// thread, not the engine's. One instance, one thread.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "music/features.h"
#include "music/fft.h"

namespace dju::music {

struct SpectrumBand {
  std::string_view name;
  float lowHz, highHz;  // from the first up to below the second
};
inline constexpr std::array<SpectrumBand, 7> kSpectrumBands = {{{"sub", 20, 60},
                                                                {"bass", 60, 250},
                                                                {"lowMid", 250, 500},
                                                                {"mid", 500, 2000},
                                                                {"highMid", 2000, 4000},
                                                                {"treble", 4000, 8000},
                                                                {"presence", 8000, 16000}}};

// As standardDefinition(), with windows of 8192 samples and a hop of 4800.
const FeatureDefinition& soundNowDefinition();

struct SoundNow {
  std::array<float, kSpectrumBands.size()> bands{};  // dB of a full-scale sine, at least -120
  float dominantHz = 0;  // of the strongest bin but the 0th; 0 below -120 dB
  float peak = 0;        // full scale = 1
  // Centroid, bandwidth, roll-off, zero crossings, RMS, crest, MFCC, chroma, tonnetz.
  const FeatureFrame* features = nullptr;
};

class SoundNowReader {
 public:
  SoundNowReader();

  // mono: samples in [-1, 1] at 48 kHz. Calls sink(const SoundNow&) for each frame that they
  // complete; frames lie as those of a FeatureExtractor.
  template <typename Sink>
  void push(std::span<const float> mono, Sink&& sink) {
    while (!mono.empty()) {
      const std::span<const float> part = mono.first(std::min(mono.size(), untilFrame()));
      mono = mono.subspan(part.size());
      remember(part);
      extractor_.push(part, [&](const FeatureFrame& frame) { sink(look(frame)); });
    }
  }

 private:
  // Samples up to the end of the window in work.
  std::size_t untilFrame() const;
  void remember(std::span<const float> mono);
  const SoundNow& look(const FeatureFrame& frame);

  FeatureExtractor extractor_;
  RealFft fft_;
  std::vector<float> hann_, power_;
  std::vector<float> window_;  // the last samples, a ring
  std::size_t head_ = 0;
  std::int64_t taken_ = 0;
  SoundNow now_;
};

}  // namespace dju::music
