#include "engine/dsp/true_peak.h"

#include <algorithm>

#include "engine/dsp/math.h"

namespace dju::engine {
namespace {

// The quarter, half and three-quarter points between taps 5 and 6: a sinc under a raised-cosine
// window on a pedestal, each phase summing to one.
constexpr std::array<std::array<float, kBetweenTaps>, 3> kBetween = [] {
  std::array<std::array<float, kBetweenTaps>, 3> table{};
  for (int phase = 0; phase < 3; ++phase) {
    std::array<double, kBetweenTaps> row{};
    double sum = 0;
    for (int t = 0; t < kBetweenTaps; ++t) {
      const double x = t - 5 - (phase + 1) / 4.0;
      row[t] = sine(kPi * x) / (kPi * x) * (0.6 + 0.4 * cosine(kPi * x / 6.5));
      sum += row[t];
    }
    for (int t = 0; t < kBetweenTaps; ++t) table[phase][t] = static_cast<float>(row[t] / sum);
  }
  return table;
}();

// No point between samples exceeds the largest of them by more than this factor.
constexpr float kGrowth = [] {
  float most = 1;
  for (const auto& row : kBetween) {
    float sum = 0;
    for (float tap : row) sum += tap < 0 ? -tap : tap;
    most = std::max(most, sum);
  }
  return most;
}();

}  // namespace

Float4 largestBetween(const float* x) noexcept {
  Float4 peak{};
  for (const auto& row : kBetween) {
    Float4 sum{};
    for (int t = 0; t < kBetweenTaps; ++t) sum += row[t] * load4(x - (kBetweenTaps - 1) + t);
    peak = max4(peak, abs4(sum));
  }
  return peak;
}

float mostGrowthBetween() noexcept {
  return kGrowth;
}

float TruePeakMeter::measure(const float* interleaved) noexcept {
  Float4 peak{};
  for (int channel = 0; channel < kChannels; ++channel) {
    auto& sound = sound_[channel];
    float* now = sound.data() + kHistory;
    for (int i = 0; i < kBlockFrames; ++i) now[i] = interleaved[kChannels * i + channel];
    for (int i = 0; i < kBlockFrames; i += 4) {
      peak = max4(peak, max4(abs4(load4(now + i)), largestBetween(now + i)));
    }
    std::copy_n(sound.data() + kBlockFrames, kHistory, sound.data());
  }
  return std::max(std::max(peak[0], peak[1]), std::max(peak[2], peak[3]));
}

}  // namespace dju::engine
