// PESQ's hearing: from 32 ms of speech to power and loudness in 49 bands (ITU-T P.862, sections
// 10.2.1 to 10.2.5; the tables are those of the recommendation for 16 kHz). Callers: disturbance.
// Pure except SpeechEar, which owns an FFT: one instance, one thread.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "music/fft.h"
#include "quality/pesq/speech.h"

namespace dju::quality::pesq {

inline constexpr int kSpeechFrame = 512;  // samples: 32 ms, a new one every half
inline constexpr int kSpeechHop = kSpeechFrame / 2;
inline constexpr int kBarkBands = 49;

using BarkBands = std::array<double, kBarkBands>;

struct BarkBand {
  int bins;  // of 31.25 Hz, counted from the end of the band below
  double centreBark;
  double widthBark;
  double correction;  // of the power, for bands of unlike numbers of bins
  double threshold;   // of hearing, as power
};
const std::array<BarkBand, kBarkBands>& barkBands();

class SpeechEar {
 public:
  SpeechEar();
  // Power in each band of the frame from sample `start` on; outside of `samples` is silence.
  BarkBands power(const Samples& samples, std::int64_t start);

 private:
  music::RealFft fft_;
  std::vector<float> window_;
};

// The sum of bands louder than `factor` times the threshold of hearing; the lowest does not count.
double audiblePower(const BarkBands& power, double factor);

// Loudness density in each band, sone a Bark (Zwicker's law with a steeper start below 4 Bark).
BarkBands loudness(const BarkBands& power);

}  // namespace dju::quality::pesq
