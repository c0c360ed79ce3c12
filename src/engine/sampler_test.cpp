#include "engine/sampler.h"

#include <gtest/gtest.h>

#include "engine/test_support.h"

namespace dju::engine {
namespace {

using test::TestBattle;

// Half a second of 1 kHz at amplitude 0.5 on pad 3, with nothing else sounding.
class SamplerTest : public ::testing::Test {
 protected:
  SamplerTest() {
    battle.now(ControlId::kSamplerLoad, battle.provide(test::sineTrack(0.5, 1000, 0.5)), kPad);
    battle.now(ControlId::kSamplerVolume, 1, kPad);
    battle.render(4800);
  }
  void pad(double down) { battle.now(ControlId::kSamplerPlay, down, kPad); }
  // The level of the next `frames` of the master, in dB relative to the sample.
  double level(FrameCount frames) {
    return test::toDb(test::rms(test::channel(battle.render(frames).master, 0)) * M_SQRT2 / 0.5);
  }

  static constexpr int kPad = 2;
  TestBattle battle;
};

TEST_F(SamplerTest, OneShotPlaysToItsEndWhateverTheFingerDoes) {
  pad(1);
  battle.render(480);
  pad(0);
  EXPECT_NEAR(level(9600), 0, 0.1);
  EXPECT_NEAR(level(9600), 0, 0.1);
  battle.render(4800);
  EXPECT_LT(level(4800), -200);
}

TEST_F(SamplerTest, GateEndsWithTheFinger) {
  battle.now(ControlId::kSamplerMode, 1, kPad);
  pad(1);
  EXPECT_NEAR(level(9600), 0, 0.2);
  pad(0);
  battle.render(480);
  EXPECT_LT(level(4800), -200);
}

TEST_F(SamplerTest, LoopGoesOnUntilItIsStopped) {
  battle.now(ControlId::kSamplerMode, 2, kPad);
  pad(1);
  battle.render(240);
  EXPECT_NEAR(level(5 * kSampleRate), 0, 0.2);
  battle.now(ControlId::kSamplerStop, 1, kPad);
  battle.render(480);
  EXPECT_LT(level(4800), -200);
}

TEST_F(SamplerTest, VolumeAndMasterVolumeAreHeard) {
  battle.now(ControlId::kSamplerMode, 2, kPad);
  battle.now(ControlId::kSamplerVolume, 0.5, kPad);
  pad(1);
  battle.render(9600);
  EXPECT_NEAR(level(9600), -12.04, 0.1);
  battle.now(ControlId::kMasterVolume, 0.4);
  battle.render(9600);
  EXPECT_NEAR(level(9600), -24.08, 0.1);
}

TEST_F(SamplerTest, PadsSoundTogetherAndAnEmptyOneIsSilent) {
  pad(1);
  battle.now(ControlId::kSamplerPlay, 1, 5);
  battle.now(ControlId::kSamplerLoad, battle.provide(test::sineTrack(0.5, 3000, 0.25)), 6);
  battle.now(ControlId::kSamplerPlay, 1, 6);
  const auto out = test::channel(battle.render(19200).master, 0);
  EXPECT_NEAR(test::amplitudeAt(out, 1000), 0.5, 0.01);
  EXPECT_NEAR(test::amplitudeAt(out, 3000), 0.25 * 0.64, 0.01)
      << "the volume at first: 0.8 squared";
}

// Two beats of clicks at 100 BPM under a deck at 125 BPM, pressed 30 ms after a beat.
TEST_F(SamplerTest, ASyncedLoopFallsOnTheDecksBeats) {
  battle.now(ControlId::kLoad, battle.provide(test::clickTrack(60, 125, 0)));
  battle.now(ControlId::kPlay, 1);
  battle.now(ControlId::kCrossfader, -1);
  battle.now(ControlId::kSamplerLoad, battle.provide(test::clickTrack(1.2, 100)), kPad);
  battle.now(ControlId::kSamplerMode, 2, kPad);
  battle.now(ControlId::kSamplerSync, 1, kPad);
  battle.render(4 * kSampleRate);
  const double perBeat = kSampleRate * 60 / 125.0;
  const auto start = static_cast<std::int64_t>(4800 + 9 * perBeat + 1440);
  battle.at(start, ControlId::kSamplerPlay, 1, kPad);
  const std::int64_t from = battle->now().index();
  const auto out = test::channel(battle.render(10 * kSampleRate).master, 0);
  double worst = 0;
  int beats = 0;
  for (double beat = 10; beat < 28; ++beat) {
    const auto at =
        static_cast<std::size_t>(4800 + beat * perBeat) - static_cast<std::size_t>(from);
    std::size_t first = at - 480;
    while (first < at + 480 && std::abs(out[first]) < 0.02) ++first;
    if (first == at + 480) continue;
    ++beats;
    const double ms = (static_cast<double>(first) - static_cast<double>(at)) / 48 -
                      static_cast<double>(Battle::latency()) / 48;
    worst = std::max(worst, std::abs(ms));
  }
  std::printf("synced loop: %d beats, worst %.2f ms from the deck's\n", beats, worst);
  EXPECT_EQ(beats, 18);
  EXPECT_LT(worst, 1);
}

TEST_F(SamplerTest, PadsDoNotClick) {
  battle.now(ControlId::kSamplerLoad, battle.provide(test::sineTrack(10, 1000, 0.5)), kPad);
  for (const double mode : {0.0, 1.0, 2.0}) {
    battle.now(ControlId::kSamplerMode, mode, kPad);
    for (int i = 0; i < 6; ++i) {
      const std::int64_t at = battle->now().index() + 1000 + 5017 * i;
      battle.at(at, ControlId::kSamplerPlay, i % 2 == 0 ? 1 : 0, kPad);
      if (i == 4) battle.at(at + 2000, ControlId::kSamplerPlay, 1, kPad);
      if (i == 5) battle.at(at + 700, ControlId::kSamplerStop, 1, kPad);
    }
    const auto sound = test::channel(battle.render(36000).master, 0);
    double most = 0;
    for (std::size_t i = 2; i < sound.size(); ++i) {
      most = std::max(most, std::abs(sound[i] - 2 * sound[i - 1] + sound[i - 2]));
    }
    // The sine itself bends by 0.5 (2 pi 1000 / 48000)^2 = 0.0086 a frame; two of them fading.
    EXPECT_LT(most, 0.02) << mode;
  }
}

}  // namespace
}  // namespace dju::engine
