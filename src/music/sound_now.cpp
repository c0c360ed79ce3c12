#include "music/sound_now.h"

#include <algorithm>
#include <cmath>

#include "music/spectral_shape.h"

namespace dju::music {
namespace {

constexpr int kWindow = 8192;
constexpr float kFaintest = 1e-12F;  // -120 dB of full scale
constexpr float kBinHz = 48000.0F / kWindow;

std::size_t binOf(float hz) {
  return static_cast<std::size_t>(std::ceil(hz / kBinHz));
}

}  // namespace

const FeatureDefinition& soundNowDefinition() {
  static const FeatureDefinition definition{.name = "dju-48k-now", .window = kWindow, .hop = 4800};
  return definition;
}

SoundNowReader::SoundNowReader()
    : extractor_(soundNowDefinition(), {Feature::kCentroid, Feature::kBandwidth, Feature::kRollOff,
                                        Feature::kZeroCrossings, Feature::kRms, Feature::kCrest,
                                        Feature::kMfcc, Feature::kChroma, Feature::kTonnetz}),
      fft_(kWindow),
      hann_(kWindow),
      power_(static_cast<std::size_t>(fft_.bins())),
      window_(kWindow) {
  fillHann(hann_);
}

// Frame i covers [i * hop - window / 2, i * hop + window / 2).
std::size_t SoundNowReader::untilFrame() const {
  const std::int64_t hop = soundNowDefinition().hop, half = kWindow / 2;
  const std::int64_t done = taken_ < half ? 0 : (taken_ - half) / hop + 1;
  return static_cast<std::size_t>(done * hop + half - taken_);
}

void SoundNowReader::remember(std::span<const float> mono) {
  for (const float sample : mono) {
    window_[head_] = sample;
    head_ = (head_ + 1) % window_.size();
  }
  taken_ += static_cast<std::int64_t>(mono.size());
}

const SoundNow& SoundNowReader::look(const FeatureFrame& frame) {
  const std::span<float> in = fft_.samples();
  for (std::size_t n = 0; n < in.size(); ++n)
    in[n] = hann_[n] * window_[(head_ + n) % window_.size()];
  fft_.forward();
  powerSpectrum(fft_.spectrum(), 16.0F / (static_cast<float>(kWindow) * kWindow), power_);
  for (std::size_t b = 0; b < kSpectrumBands.size(); ++b) {
    float sum = 0;
    for (std::size_t k = binOf(kSpectrumBands[b].lowHz); k < binOf(kSpectrumBands[b].highHz); ++k)
      sum += power_[k];
    now_.bands[b] = 10 * std::log10(std::max(sum, kFaintest));
  }
  const auto top = std::max_element(power_.begin() + 1, power_.end());
  now_.dominantHz = *top < kFaintest ? 0 : static_cast<float>(top - power_.begin()) * kBinHz;
  now_.peak = peakOf(window_);
  now_.features = &frame;
  return now_;
}

}  // namespace dju::music
