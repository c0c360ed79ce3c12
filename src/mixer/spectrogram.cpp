#include "mixer/spectrogram.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/half.h"
#include "music/features.h"

namespace dju::mixer {
namespace {

constexpr std::size_t kFramesARow = 5;
constexpr std::int64_t kBlock = 1 << 16;  // frames that are mixed down at a time

}  // namespace

void Spectrogram::mean(double from, double to, std::span<float, kSpectrogramBands> levels) const {
  const auto first = static_cast<std::int64_t>(std::floor(from / kSpectrogramRowSeconds));
  const auto last =
      std::max(first + 1, static_cast<std::int64_t>(std::floor(to / kSpectrogramRowSeconds)));
  std::array<float, kSpectrogramBands> sums{};
  for (std::int64_t row = first; row < last; ++row) {
    if (row < 0 || row >= static_cast<std::int64_t>(rows())) {
      for (float& sum : sums) sum += kSilenceDb;
      continue;
    }
    const std::uint16_t* const at = levels_.data() + static_cast<std::size_t>(row) * sums.size();
    for (std::size_t band = 0; band < sums.size(); ++band) sums[band] += floatOfHalf(at[band]);
  }
  for (std::size_t band = 0; band < sums.size(); ++band)
    levels[band] = sums[band] / static_cast<float>(last - first);
}

Spectrogram listenTo(const engine::TrackAudio& audio) {
  const music::FeatureDefinition& definition = music::standardDefinition();
  music::FeatureExtractor extractor(definition, {music::Feature::kLogMel});
  const std::size_t perBand = static_cast<std::size_t>(definition.melBands) / kSpectrogramBands;
  std::array<double, kSpectrogramBands> sums{};
  std::size_t frames = 0;
  std::vector<std::uint16_t> levels;
  const auto add = [&](const music::FeatureFrame& frame) {
    const auto mel = frame[music::Feature::kLogMel];
    for (std::size_t m = 0; m < kSpectrogramBands * perBand; ++m)
      sums[m / perBand] += static_cast<double>(mel[m]);
    if (++frames < kFramesARow) return;
    for (double& sum : sums) {
      levels.push_back(
          halfOfFloat(static_cast<float>(sum / static_cast<double>(kFramesARow * perBand))));
      sum = 0;
    }
    frames = 0;
  };
  std::vector<float> mono;
  for (std::int64_t from = 0; from < audio.frames; from += kBlock) {
    const std::int64_t count = std::min(kBlock, audio.frames - from);
    const std::int16_t* in = audio.samples + from * kChannels;
    mono.clear();
    for (std::int64_t i = 0; i < count; ++i, in += kChannels)
      mono.push_back(0.5F * audio.scale * (static_cast<float>(in[0]) + static_cast<float>(in[1])));
    extractor.push(mono, add);
  }
  extractor.finish(add);
  return Spectrogram(std::move(levels));
}

}  // namespace dju::mixer
