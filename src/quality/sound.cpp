#include "quality/sound.h"

#include <soxr.h>

#include <string>

#include "core/error.h"

namespace dju::quality {

Sound soundOf(const audio::PcmView& pcm) {
  Sound sound;
  for (std::size_t c = 0; c < kChannels; ++c) {
    std::vector<float>& channel = sound.channels.emplace_back();
    channel.resize(static_cast<std::size_t>(pcm.frames));
    for (std::size_t i = 0; i < channel.size(); ++i)
      channel[i] = static_cast<float>(pcm.samples[i * kChannels + c]) * pcm.scale;
  }
  return sound;
}

std::vector<float> monoOf(const Sound& sound) {
  std::vector<float> mono(sound.frames());
  const float share = 1.0F / static_cast<float>(sound.channels.size());
  for (const auto& channel : sound.channels) {
    for (std::size_t i = 0; i < mono.size(); ++i) mono[i] += share * channel[i];
  }
  return mono;
}

std::vector<float> resampled(std::span<const float> samples, int fromRate, int toRate) {
  if (fromRate == toRate) return {samples.begin(), samples.end()};
  std::vector<float> out(samples.size() * static_cast<std::size_t>(toRate) /
                         static_cast<std::size_t>(fromRate));
  std::size_t used = 0, made = 0;
  const soxr_quality_spec_t quality = soxr_quality_spec(SOXR_HQ, 0);
  const soxr_error_t error =
      soxr_oneshot(fromRate, toRate, 1, samples.data(), samples.size(), &used, out.data(),
                   out.size(), &made, nullptr, &quality, nullptr);
  if (error != nullptr) throw Error(ErrorCode::kInternal, std::string("libsoxr: ") + error);
  out.resize(made);
  return out;
}

double meanPower(std::span<const float> samples) {
  double sum = 0;
  for (const float x : samples) sum += static_cast<double>(x) * x;
  return samples.empty() ? 0 : sum / static_cast<double>(samples.size());
}

}  // namespace dju::quality
