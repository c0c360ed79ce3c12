#include "music/live_loudness.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "core/time.h"
#include "music/loudness.h"

namespace dju::music {
namespace {

// Quiet, then loud: something for the gates.
std::vector<std::int16_t> sound(int seconds) {
  std::vector<std::int16_t> samples;
  for (int i = 0; i < seconds * kSampleRate; ++i) {
    const double gain = i < seconds * kSampleRate / 2 ? 1000 : 12000;
    const double value = gain * std::sin(2 * std::numbers::pi * 440 * i / kSampleRate);
    samples.insert(samples.end(), 2, static_cast<std::int16_t>(std::lround(value)));
  }
  return samples;
}

TEST(LiveLoudness, EndsWhereTheTracksMeasurementEnds) {
  const auto samples = sound(8);
  const audio::PcmView pcm{samples.data(), 8 * kSampleRate, 1.0F / 32768};
  LiveLoudness live;
  std::vector<float> block;
  for (std::size_t i = 0; i < samples.size(); i += 2 * 240) {
    block.clear();
    for (std::size_t n = i; n < i + 2 * 240; ++n)
      block.push_back(static_cast<float>(samples[n]) / 32768);
    live.push(block);
  }
  EXPECT_EQ(live.integrated(), measureLoudness(pcm).integratedLufs);
  // A sine of that amplitude on both sides: its power in dB, K-weighted by about 0 dB at 440 Hz.
  EXPECT_NEAR(live.momentary(), 20 * std::log10(12000.0 / 32768) - 0.69, 0.5);
  EXPECT_NEAR(live.shortTerm(), live.momentary(), 0.1);
}

TEST(LiveLoudness, NothingIsTheFloor) {
  LiveLoudness live;
  EXPECT_EQ(live.momentary(), -70);
  live.push(std::vector<float>(2 * kSampleRate));
  EXPECT_EQ(live.integrated(), -70);
}

}  // namespace
}  // namespace dju::music
