// Sync keeps beats together for an hour, and slip returns to the sample.
#include "engine/sync.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "engine/test_support.h"

namespace dju::engine {
namespace {

using test::TestBattle;

// Ten minutes of beats; DJU_FULL plays an hour. The records are silent: sync never listens.
TEST(Sync, StaysWithinAMillisecondForever) {
  const char* full = std::getenv("DJU_FULL");
  const bool hour = full != nullptr && *full != '\0';
  const double seconds = hour ? 3600 : 600;
  const auto silence = [&](double bpm) {
    return test::makeTrack(
        seconds + 400, [](std::int64_t) { return std::pair(0.0, 0.0); }, test::gridOf(bpm, 1234.5));
  };
  TestBattle battle;
  battle.provide(silence(123.456));
  battle.provide(silence(127.89));
  for (int d = 0; d < 2; ++d) battle.now(ControlId::kLoad, d, d);
  battle.now(ControlId::kPlay, 1, 0);
  battle.now(ControlId::kSync, 1, 1);
  battle.at(7000, ControlId::kPlay, 1, 1);
  battle.at(60 * kSampleRate, ControlId::kRate, 3.21, 0);
  double worst = 0;
  for (std::int64_t at = 0; at < static_cast<std::int64_t>(seconds) * kSampleRate;
       at += kBlockFrames) {
    battle->render(kBlockFrames, {});
    if (at < kSampleRate) continue;
    const BeatGrid one = test::gridOf(123.456, 1234.5), two = test::gridOf(127.89, 1234.5);
    double beats = one.beatAt(battle.deck(0).position) - two.beatAt(battle.deck(1).position);
    beats -= std::round(beats);
    worst = std::max(worst, std::abs(beats) * 60000 / static_cast<double>(battle.deck(0).bpm));
  }
  std::printf("beats apart in %.0f min: %.4f ms at most\n", seconds / 60, worst);
  EXPECT_LT(worst, 1);
}

// After scratch, loop, roll, reverse and censor the sound is that of a deck that was left alone.
TEST(Slip, ReturnsToTheSample) {
  const auto play = [](auto disturb) {
    TestBattle battle;
    battle.provide(test::musicTrack(30, 126));
    battle.now(ControlId::kLoad, 0);
    battle.now(ControlId::kSlip, 1);
    battle.now(ControlId::kRate, 3.3);
    battle.now(ControlId::kPlay, 1);
    disturb(battle);
    battle.render(10 * kSampleRate);
    return battle.render(kSampleRate).stems[0];
  };
  const auto alone = play([](TestBattle&) {});
  const std::pair<ControlId, double> kHeld[] = {{ControlId::kJogTouch, 1},
                                                {ControlId::kLoopRoll, 0.125},
                                                {ControlId::kReverse, 1},
                                                {ControlId::kCensor, 1}};
  for (const auto& [control, value] : kHeld) {
    const auto disturbed = play([&, control = control, value = value](TestBattle& battle) {
      battle.at(100001, control, value);
      if (control == ControlId::kJogTouch) battle.at(110000, ControlId::kJog, -0.3);
      battle.at(203003, control, 0);
    });
    EXPECT_EQ(disturbed, alone) << info(control).name;
  }
  const auto looped = play([](TestBattle& battle) {
    battle.at(100001, ControlId::kBeatloop, 0.5);
    battle.at(203003, ControlId::kLoop, 0);
  });
  EXPECT_EQ(looped, alone);
}

// A kilohertz in a loop of whole periods: the seam cannot be found.
TEST(Loops, OfWholePeriodsHaveNoSeam) {
  TestBattle battle;
  battle.provide(test::sineTrack(30, 1000));
  battle.now(ControlId::kLoad, 0);
  battle.now(ControlId::kPlay, 1);
  battle.at(48000, ControlId::kBeatloop, 1);
  battle.render(96000);
  const auto sound = test::channel(battle.render(96000).stems[0], 0);
  for (std::size_t i = 48; i < sound.size(); ++i) ASSERT_NEAR(sound[i], sound[i - 48], 1e-6) << i;
}

}  // namespace
}  // namespace dju::engine
