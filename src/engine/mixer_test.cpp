#include "engine/mixer.h"

#include <gtest/gtest.h>

#include "engine/test_support.h"

namespace dju::engine {
namespace {

using test::TestBattle;
using test::toDb;

TEST(Crossfader, SmoothCurveKeepsThePower) {
  for (double x = -1; x <= 1; x += 0.05) {
    const SideGains gains = crossfade(x, 0);
    EXPECT_NEAR(gains.a * gains.a + gains.b * gains.b, 1, 1e-9) << x;
  }
  EXPECT_EQ(crossfade(-1, 0).a, 1);
  EXPECT_EQ(crossfade(-1, 0).b, 0);
  EXPECT_NEAR(crossfade(0, 0).a, 0.7071, 1e-4);
}

TEST(Crossfader, CutCurveIsFullInTheMiddleAndSharpAtTheEnds) {
  for (double x = -0.89; x < 0.9; x += 0.01) {
    EXPECT_EQ(crossfade(x, 1).a, 1);
    EXPECT_EQ(crossfade(x, 1).b, 1);
  }
  EXPECT_EQ(crossfade(1, 1).a, 0);
  EXPECT_NEAR(crossfade(0.95, 1).a, 0.5, 1e-9);
  EXPECT_EQ(crossfade(1, 1).b, 1);
}

class Levels : public ::testing::Test {
 protected:
  Levels() {
    battle.provide(test::sineTrack(30, 1000, 0.25));
    battle.provide(test::sineTrack(30, 3000, 0.25));
    for (int d = 0; d < 2; ++d) {
      battle.now(ControlId::kLoad, d, d);
      battle.now(ControlId::kPlay, 1, d);
    }
  }
  // Amplitude of a deck's sine in an output half a second on, relative to the track's 0.25, in dB.
  double level(const std::vector<float>& output, double hz, int channel = 0) {
    return toDb(test::amplitudeAt(test::channel(output, channel, 24000, 24000), hz) / 0.25);
  }
  TestBattle::Sound render() { return battle.render(48000); }

  TestBattle battle;
};

TEST_F(Levels, FadersAndTrimFollowTheirLaws) {
  battle.now(ControlId::kCrossfader, -1);
  battle.now(ControlId::kVolume, 1);
  EXPECT_NEAR(level(render().master, 1000), 0, 0.02);
  battle.now(ControlId::kVolume, 0.5);
  EXPECT_NEAR(level(render().master, 1000), -12.04, 0.02);
  battle.now(ControlId::kTrim, 6);
  EXPECT_NEAR(level(render().master, 1000), -6.04, 0.02);
  battle.now(ControlId::kMasterVolume, 0.4);
  EXPECT_NEAR(level(render().master, 1000), -18.08, 0.02);
  battle.now(ControlId::kEqMid, 1);
  EXPECT_NEAR(level(render().master, 1000), -12.1, 0.3);
}

TEST_F(Levels, AutoGainIsTheTracksOwnAndCanBeTurnedOff) {
  auto track = test::sineTrack(30, 1000, 0.25);
  track.loaded.gainDb = -7.5;
  battle.now(ControlId::kLoad, battle.provide(track));
  battle.now(ControlId::kPlay, 1);
  battle.now(ControlId::kCrossfader, -1);
  battle.now(ControlId::kVolume, 1);
  EXPECT_NEAR(level(render().master, 1000), -7.5, 0.02);
  battle.now(ControlId::kTrim, 3);
  EXPECT_NEAR(level(render().master, 1000), -4.5, 0.02);
  battle.now(ControlId::kAutoGain, 0);
  EXPECT_NEAR(level(render().master, 1000), 3, 0.02);
  battle.now(ControlId::kLoad, 0);
  battle.now(ControlId::kAutoGain, 1);
  battle.now(ControlId::kPlay, 1);
  EXPECT_NEAR(level(render().master, 1000), 3, 0.02) << "a track of unknown loudness";
}

TEST_F(Levels, ADeckMayPassTheCrossfader) {
  battle.now(ControlId::kVolume, 1);
  battle.now(ControlId::kCrossfader, 1);
  EXPECT_LT(level(render().master, 1000), -100);
  battle.now(ControlId::kCrossfaderSide, 2);
  EXPECT_NEAR(level(render().master, 1000), 0, 0.02) << "thru";
  battle.now(ControlId::kCrossfaderSide, 3);
  EXPECT_NEAR(level(render().master, 1000), 0, 0.02) << "right";
  battle.now(ControlId::kCrossfader, -1);
  EXPECT_LT(level(render().master, 1000), -100);
  battle.now(ControlId::kCrossfaderSide, 1);
  EXPECT_NEAR(level(render().master, 1000), 0, 0.02) << "left";
}

TEST_F(Levels, CrossfaderReversed) {
  battle.now(ControlId::kCrossfader, -1);
  battle.now(ControlId::kCrossfaderReverse, 1);
  const auto sound = render();
  EXPECT_LT(level(sound.master, 1000), -90);
  EXPECT_GT(level(sound.master, 3000), -5);
  EXPECT_EQ(battle->telemetry().crossfader, 1);
}

TEST_F(Levels, MonitorHearsCuedDecksBeforeTheirFaders) {
  battle.now(ControlId::kVolume, 0, 0);
  battle.now(ControlId::kHeadphoneCue1, 1, 0);
  battle.now(ControlId::kHeadphoneMix, 0, 0);
  const auto sound = render();
  EXPECT_NEAR(level(sound.monitors[0], 1000), 0, 0.02);
  EXPECT_LT(level(sound.monitors[0], 3000), -90);
  EXPECT_LT(level(sound.monitors[1], 1000), -90) << "the other DJ cued nothing";
  EXPECT_LT(level(sound.master, 1000), -90);
}

TEST_F(Levels, MonitorBlendsAndSplits) {
  battle.now(ControlId::kVolume, 0, 0);
  battle.now(ControlId::kVolume, 1, 1);
  battle.now(ControlId::kCrossfader, 1);
  battle.now(ControlId::kHeadphoneCue1, 1, 0);
  const auto blend = render();
  EXPECT_NEAR(level(blend.monitors[0], 1000), -3.01, 0.02);
  EXPECT_NEAR(level(blend.monitors[0], 3000), -3.01, 0.02);
  battle.now(ControlId::kHeadphoneSplit, 1, 0);
  const auto split = render();
  EXPECT_NEAR(level(split.monitors[0], 1000, 0), -3.01, 0.02);
  EXPECT_LT(level(split.monitors[0], 1000, 1), -90);
  EXPECT_LT(level(split.monitors[0], 3000, 0), -90);
  EXPECT_NEAR(level(split.monitors[0], 3000, 1), -3.01, 0.02);
}

TEST_F(Levels, MonitorIsAlignedToTheMasterToTheSample) {
  battle.now(ControlId::kCrossfader, -1);
  battle.now(ControlId::kVolume, 1);
  battle.now(ControlId::kHeadphoneCue1, 1, 0);
  battle.now(ControlId::kHeadphoneMix, 0, 0);
  battle.now(ControlId::kHeadphoneMix, 1, 1);
  render();
  const auto sound = render();
  EXPECT_EQ(sound.monitors[0], sound.master) << "cue only";
  EXPECT_EQ(sound.monitors[1], sound.master) << "master only";
}

TEST_F(Levels, TwoCopiesAddUpWithoutCombing) {
  battle.now(ControlId::kLoad, 0, 1);
  battle.now(ControlId::kPlay, 1, 1, 0.0);
  battle.now(ControlId::kSeek, 0, 0, 0.0);
  battle.now(ControlId::kCrossfaderCurve, 1);
  const auto sound = render();
  EXPECT_NEAR(sound.stems[0][90000], sound.stems[1][90000], 1e-6);
}

}  // namespace
}  // namespace dju::engine
