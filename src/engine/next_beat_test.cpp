#include "engine/next_beat.h"

#include <gtest/gtest.h>

#include "engine/sync.h"
#include "engine/test_support.h"

namespace dju::engine {
namespace {

using test::TestBattle;

constexpr ControlId kKill = ControlId::kKillLow;

// Two decks at 24,000 and 20,000 frames a beat.
class NextBeat : public ::testing::Test {
 protected:
  NextBeat() {
    battle.provide(test::sineTrack(20, 440, 0.5, 120));
    battle.provide(test::sineTrack(20, 440, 0.5, 144));
    battle.now(ControlId::kLoad, 0, 0);
    battle.now(ControlId::kLoad, 1, 1);
    battle.render(4800);
  }
  void play(int deck, bool on = true) {
    battle.now(ControlId::kPlay, on ? 1 : 0, deck);
    battle->applyDue();
  }
  std::optional<FrameCount> left(ControlId control, int target = 0, int beats = 1) {
    return framesToBeat(*battle, control, target, beats);
  }

  TestBattle battle;
};

TEST_F(NextBeat, IsTheDecksOwn) {
  play(0);
  EXPECT_EQ(left(kKill), 0) << "it starts upon one";
  battle.render(9600);
  EXPECT_EQ(left(kKill), 14400);
  EXPECT_EQ(left(kKill, 0, 4), 86400);
  battle.render(14400);
  EXPECT_EQ(left(kKill), 0);
  EXPECT_EQ(left(kKill, 0, 4), 72000);
  battle.render(1);
  EXPECT_EQ(left(kKill), 23999);
}

TEST_F(NextBeat, FollowsTheTempo) {
  battle.now(ControlId::kRate, 5, 0);
  battle.render(4800);
  play(0);
  battle.render(9600);
  EXPECT_EQ(left(kKill), std::lround(24000 / 1.05 - 9600));
}

TEST_F(NextBeat, OfADeckThatStandsIsTheLeaders) {
  EXPECT_EQ(left(kKill), std::nullopt) << "nothing plays";
  play(1);
  battle.render(4800);
  EXPECT_EQ(left(kKill), 15200);
  EXPECT_EQ(left(ControlId::kCrossfader), 15200);
  play(0);
  battle.render(4800);
  EXPECT_EQ(left(ControlId::kCrossfader), 10400) << "the first one leads on";
  EXPECT_EQ(left(kKill), 19200) << "its own";
  play(1, false);
  EXPECT_EQ(left(ControlId::kCrossfader), 19200) << "what is left";
}

TEST_F(NextBeat, IsTheClocksWhereThatLeads) {
  battle.now(ControlId::kSyncLeader, Sync::kClock + 1);
  battle.now(ControlId::kClockBpm, 100);
  battle.render(kBlockFrames);
  const auto first = left(ControlId::kCrossfader);
  ASSERT_TRUE(first);
  battle.render(*first);
  const auto then = left(ControlId::kCrossfader);
  ASSERT_TRUE(then);
  EXPECT_TRUE(*then <= 1 || *then >= 28799) << *then << ": a beat is 28,800 frames";
}

TEST_F(NextBeat, IsNobodysUnderTheHandOrBackwards) {
  play(0);
  battle.render(4800);
  battle.now(ControlId::kReverse, 1, 0);
  battle.render(4800);
  EXPECT_EQ(left(kKill), std::nullopt);
}

}  // namespace
}  // namespace dju::engine
