#include "music/live_loudness.h"

#include <gtest/gtest.h>

#include <cmath>
#include <initializer_list>
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
  EXPECT_NEAR(live.integrated(), measureLoudness(pcm).integratedLufs, 1e-9);
  // A sine of that amplitude on both sides: its power in dB, K-weighted by about 0 dB at 440 Hz.
  EXPECT_NEAR(live.momentary(), 20 * std::log10(12000.0 / 32768) - 0.69, 0.5);
  EXPECT_NEAR(live.shortTerm(), live.momentary(), 0.1);
}

struct Tone {
  double dbfs, seconds;
};

// The tests' signals of EBU Tech 3341 and 3342: 1 kHz on both sides, at one level after another.
LiveLoudness hear(std::initializer_list<Tone> tones, std::size_t framesAtOnce = 240) {
  LiveLoudness meter;
  std::vector<float> block;
  std::int64_t at = 0;
  for (const Tone& tone : tones) {
    const double gain = std::pow(10, tone.dbfs / 20);
    const auto frames = std::llround(tone.seconds * kSampleRate);
    for (std::int64_t i = 0; i < frames; ++i, ++at) {
      const double x =
          gain * std::sin(2 * std::numbers::pi * 1000 * static_cast<double>(at) / kSampleRate);
      block.insert(block.end(), 2, static_cast<float>(x));
      if (block.size() < 2 * framesAtOnce) continue;
      meter.push(block);
      block.clear();
    }
  }
  meter.push(block);
  return meter;
}

TEST(LiveLoudness, MeetsTech3341) {
  for (const double level : {-23.0, -33.0}) {
    const LiveLoudness meter = hear({{level, 20}});
    EXPECT_NEAR(meter.momentary(), level, 0.1);
    EXPECT_NEAR(meter.shortTerm(), level, 0.1);
    EXPECT_NEAR(meter.integrated(), level, 0.1);
  }
  EXPECT_NEAR(hear({{-36, 10}, {-23, 60}, {-36, 10}}).integrated(), -23, 0.1);
  EXPECT_NEAR(hear({{-72, 10}, {-36, 10}, {-23, 60}, {-36, 10}, {-72, 10}}).integrated(), -23, 0.1);
  EXPECT_NEAR(hear({{-26, 20}, {-20, 20.1}, {-26, 20}}).integrated(), -23, 0.1);
}

TEST(LiveLoudness, MeetsTech3342) {
  EXPECT_NEAR(hear({{-20, 20}, {-30, 20}}).range(), 10, 1);
  EXPECT_NEAR(hear({{-20, 20}, {-15, 20}}).range(), 5, 1);
  EXPECT_NEAR(hear({{-40, 20}, {-20, 20}}).range(), 20, 1);
  EXPECT_NEAR(hear({{-50, 20}, {-35, 20}, {-20, 20}, {-35, 20}, {-50, 20}}).range(), 15, 1);
}

TEST(LiveLoudness, DoesNotDependOnHowItIsFed) {
  const LiveLoudness tick = hear({{-20, 4}, {-30, 3.33}});
  for (const std::size_t frames : {1U, 77U, 4801U, 50000U}) {
    const LiveLoudness other = hear({{-20, 4}, {-30, 3.33}}, frames);
    EXPECT_NEAR(other.integrated(), tick.integrated(), 1e-9) << frames;
    EXPECT_NEAR(other.momentary(), tick.momentary(), 1e-9) << frames;
    EXPECT_NEAR(other.range(), tick.range(), 1e-9) << frames;
  }
}

// One side alone, 0 dBFS at 997 Hz: BS.1770-5, annex 1. And each window looks back as far as it is
// long.
TEST(LiveLoudness, AddsSidesAndForgetsInTime) {
  LiveLoudness meter;
  std::vector<float> second(2 * kSampleRate);
  for (int i = 0; i < kSampleRate; ++i)
    second[2 * static_cast<std::size_t>(i) + 1] =
        static_cast<float>(std::sin(2 * std::numbers::pi * 997 * i / kSampleRate));
  for (int i = 0; i < 3; ++i) meter.push(second);
  EXPECT_NEAR(meter.integrated(), -3.01, 0.02);
  const std::vector<float> silence(2 * kSampleRate / 2);
  meter.push(silence);
  EXPECT_EQ(meter.momentary(), -70);
  EXPECT_NEAR(meter.shortTerm(), -3.01 + 10 * std::log10(2.5 / 3), 0.02);
  for (int i = 0; i < 6; ++i) meter.push(silence);
  EXPECT_EQ(meter.shortTerm(), -70);
  EXPECT_NEAR(meter.integrated(), -3.01, 0.3) << "the gates leave silence out";
}

TEST(LiveLoudness, NothingIsTheFloor) {
  LiveLoudness live;
  EXPECT_EQ(live.momentary(), -70);
  live.push(std::vector<float>(2 * kSampleRate));
  EXPECT_EQ(live.integrated(), -70);
}

}  // namespace
}  // namespace dju::music
