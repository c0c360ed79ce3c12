// What a DJ's hands expect of play, cue, hot cues and jumps.
#include <gtest/gtest.h>

#include "engine/test_support.h"

namespace dju::engine {
namespace {

using test::TestBattle;

class Transport : public ::testing::Test {
 protected:
  Transport() {
    battle.provide(test::noiseTrack(30, 1, 0.3, 120));
    battle.now(ControlId::kLoad, 0);
    run(240);
  }
  void run(FrameCount frames) { battle.render(frames); }
  void press(ControlId control, std::optional<double> at = {}) { battle.now(control, 1, 0, at); }
  void release(ControlId control) { battle.now(control, 0); }
  // Of the last frame that was rendered.
  double position() { return last().position - last().rate; }
  bool playing() { return (last().flags & kDeckPlaying) != 0; }
  DeckTelemetry last() { return battle->deckNow(0).deck; }

  TestBattle battle;
};

TEST_F(Transport, PlayRunsAndPauses) {
  press(ControlId::kPlay);
  run(48000);
  EXPECT_EQ(position(), 47999);
  release(ControlId::kPlay);
  run(4800);
  EXPECT_EQ(position(), 48000);
  EXPECT_FALSE(playing());
}

TEST_F(Transport, CueAtTheCuePointPreviewsWhileHeld) {
  press(ControlId::kCue);
  run(2400);
  EXPECT_EQ(position(), 2399);
  EXPECT_TRUE(battle.deck().flags & kDeckPreviewing);
  EXPECT_EQ(battle->value(ControlId::kPlay, 0), 0);
  release(ControlId::kCue);
  run(480);
  EXPECT_EQ(position(), 0);
  EXPECT_FALSE(playing());
}

TEST_F(Transport, CuePausedElsewhereSetsTheCuePoint) {
  battle.now(ControlId::kSeek, 96000);
  press(ControlId::kCue);
  release(ControlId::kCue);
  run(480);
  EXPECT_EQ(position(), 96000);
  EXPECT_FALSE(playing());
  EXPECT_EQ(battle.deck().cuePosition, 96000);
}

TEST_F(Transport, CueWhilePlayingReturnsAndStops) {
  battle.now(ControlId::kSeek, 96000);
  press(ControlId::kCue);
  release(ControlId::kCue);
  press(ControlId::kPlay);
  run(10000);
  press(ControlId::kCue);
  run(480);
  EXPECT_EQ(position(), 96000);
  EXPECT_FALSE(playing());
  release(ControlId::kCue);
  run(480);
  EXPECT_FALSE(playing());
}

TEST_F(Transport, PlayWhileCueIsHeldContinuesWithoutASeam) {
  press(ControlId::kCue);
  run(2400);
  press(ControlId::kPlay);
  release(ControlId::kCue);
  run(2400);
  EXPECT_EQ(position(), 4799);
  EXPECT_TRUE(playing());
  EXPECT_FALSE(battle.deck().flags & kDeckPreviewing);
}

TEST_F(Transport, EmptyHotCueSetsAndASetOneJumps) {
  press(ControlId::kPlay);
  run(10000);
  press(ControlId::kHotcue3);
  release(ControlId::kHotcue3);
  run(10000);
  EXPECT_EQ(battle.deck().hotCues, 4);
  EXPECT_EQ(battle.deck().hotCuePosition[2], 10000);
  press(ControlId::kHotcue3);
  run(100);
  release(ControlId::kHotcue3);
  run(100);
  EXPECT_EQ(position(), 10199);
  EXPECT_TRUE(playing());
}

TEST_F(Transport, HotCueOnAPausedDeckPreviewsAndReturns) {
  battle.now(ControlId::kSeek, 48000);
  press(ControlId::kHotcue1);
  release(ControlId::kHotcue1);
  battle.now(ControlId::kSeek, 200000);
  press(ControlId::kHotcue1);
  run(1000);
  EXPECT_EQ(position(), 48999);
  release(ControlId::kHotcue1);
  run(1000);
  EXPECT_EQ(position(), 48000);
  EXPECT_FALSE(playing());
  press(ControlId::kHotcue1);
  run(100);
  press(ControlId::kPlay);
  release(ControlId::kHotcue1);
  run(100);
  EXPECT_TRUE(playing());
}

TEST_F(Transport, AnotherHotCueTakesOverAPreview) {
  press(ControlId::kHotcue1);
  release(ControlId::kHotcue1);
  battle.now(ControlId::kSeek, 48000);
  press(ControlId::kHotcue2);
  release(ControlId::kHotcue2);
  press(ControlId::kHotcue1);
  run(100);
  press(ControlId::kHotcue2);
  run(100);
  release(ControlId::kHotcue1);
  run(100);
  EXPECT_EQ(position(), 48199);
  release(ControlId::kHotcue2);
  run(100);
  EXPECT_EQ(position(), 48000);
}

TEST_F(Transport, AClearedHotCueIsEmpty) {
  press(ControlId::kHotcue1);
  press(ControlId::kHotcueClear1);
  run(480);
  EXPECT_EQ(battle.deck().hotCues, 0);
}

TEST_F(Transport, BeatJumpKeepsThePhase) {
  press(ControlId::kPlay);
  run(10000);
  battle.now(ControlId::kBeatJump, 4);
  run(1);
  EXPECT_EQ(position(), 10000 + 4 * 24000);
  battle.now(ControlId::kBeatJump, -2);
  run(1);
  EXPECT_EQ(position(), 10001 + 2 * 24000);
}

TEST_F(Transport, BeatJumpWithoutAGridTakesHalfASecondABeat) {
  auto track = test::noiseTrack(30, 1);
  track.loaded.grid = {};
  battle.now(ControlId::kLoad, battle.provide(track));
  battle.now(ControlId::kBeatJump, 2);
  run(240);
  EXPECT_EQ(position(), 48000);
}

TEST_F(Transport, PositionPlacesTheDeck) {
  press(ControlId::kPlay, 12345.5);
  run(100);
  EXPECT_EQ(position(), 12345.5 + 99);
  battle.now(ControlId::kPlay, 0, 0, 12000.0);
  run(100);
  EXPECT_EQ(position(), 12000);
}

TEST_F(Transport, ATrackStartsSilentBeforeItsBeginning) {
  battle.now(ControlId::kSeek, -4800);
  press(ControlId::kPlay);
  const auto sound = battle.render(9600);
  EXPECT_LT(test::peak(test::channel(sound.stems[0], 0, 0, 4700)), 1e-9);
  EXPECT_GT(test::peak(test::channel(sound.stems[0], 0, 4900, 1000)), 0.05);
  EXPECT_EQ(position(), 4799);
}

TEST_F(Transport, StopsAtTheEnd) {
  battle.now(ControlId::kSeek, 30 * 48000 - 1000);
  press(ControlId::kPlay);
  run(4800);
  EXPECT_EQ(position(), 30 * 48000);
  EXPECT_FALSE(playing());
  EXPECT_TRUE(battle.deck().flags & kDeckAtEnd);
  press(ControlId::kPlay);
  run(480);
  EXPECT_FALSE(playing());
}

TEST_F(Transport, AnEmptyDeckIgnoresEverything) {
  press(ControlId::kUnload);
  for (int i = 0; i < kControlCount; ++i) {
    if (static_cast<ControlId>(i) != ControlId::kLoad) battle.now(static_cast<ControlId>(i), 1);
  }
  const auto sound = battle.render(4800);
  EXPECT_EQ(test::peak(test::channel(sound.master, 0)), 0);
  EXPECT_EQ(battle.deck().flags & kDeckPlaying, 0);
}

TEST_F(Transport, LoadingStopsAndForgetsCues) {
  press(ControlId::kPlay);
  press(ControlId::kHotcue1);
  run(9600);
  battle.now(ControlId::kLoad, battle.provide(test::sineTrack(3, 440)));
  run(480);
  EXPECT_FALSE(playing());
  EXPECT_EQ(position(), 0);
  EXPECT_EQ(battle.deck().hotCues, 0);
  EXPECT_EQ(battle.deck().track, 1);
}

TEST_F(Transport, RegridChangesTheBeatsOfTheSameTrackOnly) {
  test::TestTrack edited = battle.tracks()[0];
  edited.loaded.grid = test::gridOf(125, 480);
  battle.now(ControlId::kRegrid, battle.provide(edited));
  run(480);
  EXPECT_FLOAT_EQ(battle.deck().bpm, 125);
  EXPECT_EQ(battle.deck().track, 1);
  battle.now(ControlId::kRegrid, battle.provide(test::sineTrack(3, 440, 0.5, 90)));
  run(480);
  EXPECT_FLOAT_EQ(battle.deck().bpm, 125);
}

TEST_F(Transport, RateNudgeAndRange) {
  press(ControlId::kPlay);
  battle.now(ControlId::kRate, 8);
  run(4800);
  EXPECT_FLOAT_EQ(last().rate, 1.08F);
  battle.now(ControlId::kNudge, -3);
  run(4800);
  EXPECT_FLOAT_EQ(last().rate, 1.05F);
  battle.now(ControlId::kNudge, 0);
  battle.now(ControlId::kRateRange, 6);
  run(4800);
  EXPECT_FLOAT_EQ(last().rate, 1.06F);
  EXPECT_FLOAT_EQ(battle.deck().bpm, 127.2F);
}

TEST_F(Transport, TheHandStopsTheRecordAndLetsItGo) {
  press(ControlId::kPlay);
  run(48000);
  press(ControlId::kJogTouch);
  run(4800);
  EXPECT_NEAR(last().rate, 0, 1e-3);
  EXPECT_NEAR(position(), 48000, 1000);
  EXPECT_TRUE(battle.deck().flags & kDeckScratching);
  const double held = position();
  battle.now(ControlId::kJog, -0.25);
  run(9600);
  EXPECT_NEAR(position(), held - 0.25 * 86400, 2) << "a quarter turn back is 0.45 s";
  release(ControlId::kJogTouch);
  run(9600);
  EXPECT_EQ(last().rate, 1);
}

TEST_F(Transport, AScratchFollowsTheHandAtItsSpeed) {
  press(ControlId::kJogTouch);
  for (int i = 0; i < 100; ++i) {  // a jog event every 10 ms, half a turn a second
    battle.at(battle->now().index() + i * 480, ControlId::kJog, 0.005);
  }
  run(48000);
  EXPECT_NEAR(last().rate, 0.5 * 1.8, 0.1);
  EXPECT_NEAR(position(), 43200, 1300) << "13.5 ms behind the hand";
}

TEST_F(Transport, AnUntouchedJogBendsForAMoment) {
  press(ControlId::kPlay);
  run(4800);
  battle.now(ControlId::kJog, 0.05);
  run(2400);
  EXPECT_GT(last().rate, 1.01);
  run(96000);
  EXPECT_EQ(last().rate, 1);
  EXPECT_NEAR(position(), 4800 + 2400 + 96000 - 1 + 0.05 * 8640, 5);
}

TEST_F(Transport, AWholePositionAtNormalSpeedGivesTheStoredSamples) {
  // The isolator turns phases, so the comparison is between two decks fed by equal samples: one
  // played from the start, one entered later.
  battle.now(ControlId::kLoad, 0, 1);
  press(ControlId::kPlay);
  run(24000);
  battle.now(ControlId::kPlay, 1, 1, 24000.0);
  run(24000);
  const auto sound = battle.render(4800);
  EXPECT_EQ(sound.stems[0], sound.stems[1]);
}

}  // namespace
}  // namespace dju::engine
