#include "music/true_peak.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "core/time.h"

namespace dju::music {
namespace {

constexpr std::size_t kTaps = 12;
constexpr std::size_t kBlock = 512;  // two blocks of floats stay in the first-level cache

using Phase = std::array<float, kTaps>;

// Annex 2; the third and fourth phases are the second and first backwards.
constexpr Phase kFirst = {0.0017089843750F,  0.0109863281250F,  -0.0196533203125F,
                          0.0332031250000F,  -0.0594482421875F, 0.1373291015625F,
                          0.9721679687500F,  -0.1022949218750F, 0.0476074218750F,
                          -0.0266113281250F, 0.0148925781250F,  -0.0083007812500F};
constexpr Phase kSecond = {-0.0291748046875F, 0.0292968750000F,  -0.0517578125000F,
                           0.0891113281250F,  -0.1665039062500F, 0.4650878906250F,
                           0.7797851562500F,  -0.2003173828125F, 0.1015625000000F,
                           -0.0582275390625F, 0.0330810546875F,  -0.0189208984375F};

constexpr Phase backwards(Phase taps) {
  std::reverse(taps.begin(), taps.end());
  return taps;
}
constexpr std::array<Phase, 4> kPhases = {kFirst, kSecond, backwards(kSecond), backwards(kFirst)};

// One channel, a block at a time, with the last kTaps - 1 samples before it.
class ChannelPeak {
 public:
  float* block() { return in_.data() + kTaps - 1; }

  void process() {
    for (const Phase& taps : kPhases) {
      std::array<float, kBlock> sum{};
      for (std::size_t t = 0; t < kTaps; ++t) {
        const float* from = in_.data() + kTaps - 1 - t;
        for (std::size_t i = 0; i < kBlock; ++i) sum[i] += taps[t] * from[i];
      }
      for (std::size_t i = 0; i < kBlock; ++i) {
        const float level = std::fabs(sum[i]);
        highest_[i] = level > highest_[i] ? level : highest_[i];
      }
    }
    std::memmove(in_.data(), in_.data() + kBlock, (kTaps - 1) * sizeof(float));
  }

  float peak() const { return *std::max_element(highest_.begin(), highest_.end()); }

 private:
  std::array<float, kTaps - 1 + kBlock> in_{};
  std::array<float, kBlock> highest_{};
};

}  // namespace

double truePeak(const audio::PcmView& pcm) {
  std::array<ChannelPeak, kChannels> channels;
  std::int64_t samplePeak = 0;
  constexpr auto kStep = static_cast<std::int64_t>(kBlock);
  // One block more, so that the last samples pass through all taps.
  for (std::int64_t at = 0; at < pcm.frames + kStep; at += kStep) {
    for (std::size_t c = 0; c < channels.size(); ++c) {
      float* in = channels[c].block();
      const std::int64_t count = std::clamp<std::int64_t>(pcm.frames - at, 0, kStep);
      const std::int16_t* samples = pcm.samples + at * kChannels + static_cast<std::int64_t>(c);
      for (std::int64_t i = 0; i < count; ++i) {
        const int sample = samples[i * kChannels];
        samplePeak = std::max<std::int64_t>(samplePeak, std::abs(sample));
        in[i] = static_cast<float>(sample);
      }
      std::fill(in + count, in + kStep, 0.0F);
      channels[c].process();
    }
  }
  const auto between = static_cast<double>(std::max(channels[0].peak(), channels[1].peak()));
  return std::max(between, static_cast<double>(samplePeak)) * static_cast<double>(pcm.scale);
}

}  // namespace dju::music
