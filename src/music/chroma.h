// Chroma: the energy of the twelve pitch classes, C first, and what follows from it. For a frame of
// 43 ms bins are wider than a semitone below about 400 Hz, so this is a feature of timbre and
// harmony for models; music/key.h looks at pitch with longer windows. Built once; apply() is const,
// does not allocate and may run on any thread.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "music/feature_definition.h"

namespace dju::music {

inline constexpr std::size_t kPitchClasses = 12;

class ChromaFilterBank {
 public:
  // tuningCents: how far the music's A lies from 440 Hz.
  ChromaFilterBank(const FeatureDefinition& definition, double tuningCents);
  // chroma: 12 values, the largest 1; all 0 when the spectrum holds less than -100 dB.
  // power: sine of amplitude 1 = definition.fullScale.
  void apply(std::span<const float> power, std::span<float> chroma) const;

 private:
  std::size_t firstBin_ = 0, count_ = 0;
  float silence_ = 0;
  std::vector<float> weights_;  // 12 x count_
};

// Tonal centroid (Harte, Sandler, Gasser, "Detecting harmonic change in musical audio", 2006,
// eq. 1-3): fifths, minor thirds, major thirds as points on circles of radius 1, 1, 0.5.
// All 0 for an empty chroma.
void tonnetz(std::span<const float> chroma, std::span<float> centroid);

}  // namespace dju::music
