#include "server/battle/permissions.h"

#include <gtest/gtest.h>

namespace dju::server {
namespace {

using engine::ControlId;
using Verdict = Permissions::Verdict;

TEST(Permissions, BackToBackGivesEachSeatItsDeck) {
  Permissions rules(BattleFormat::kBackToBack);
  EXPECT_EQ(rules.touch(Seat::kA, ControlId::kPlay, 0, Frame(0)), Verdict::kAllowed);
  EXPECT_EQ(rules.touch(Seat::kA, ControlId::kPlay, 1, Frame(0)), Verdict::kNotYours);
  EXPECT_EQ(rules.touch(Seat::kB, ControlId::kEqLow, 1, Frame(0)), Verdict::kAllowed);
  EXPECT_EQ(rules.touch(Seat::kB, ControlId::kEqLow, 2, Frame(0)), Verdict::kNotYours);
}

TEST(Permissions, HeadphonesAreAlwaysOnesOwn) {
  for (auto format : {BattleFormat::kBackToBack, BattleFormat::kRounds, BattleFormat::kFree}) {
    Permissions rules(format);
    EXPECT_EQ(rules.touch(Seat::kB, ControlId::kHeadphoneMix, 1, Frame(0)), Verdict::kAllowed);
    EXPECT_EQ(rules.touch(Seat::kB, ControlId::kHeadphoneMix, 0, Frame(0)), Verdict::kNotYours);
  }
}

TEST(Permissions, SharedControlIsHeldUntil300MsAfterTheLastTouch) {
  Permissions rules(BattleFormat::kFree);
  EXPECT_EQ(rules.touch(Seat::kA, ControlId::kCrossfader, 0, Frame(0)), Verdict::kAllowed);
  EXPECT_EQ(rules.touch(Seat::kA, ControlId::kCrossfader, 0, Frame(10000)), Verdict::kAllowed);
  EXPECT_EQ(rules.touch(Seat::kB, ControlId::kCrossfader, 0, Frame(24399)), Verdict::kHeld);
  EXPECT_EQ(rules.holder(ControlId::kCrossfader, Frame(24399)), Seat::kA);
  EXPECT_EQ(rules.touch(Seat::kB, ControlId::kMasterVolume, 0, Frame(24399)), Verdict::kAllowed);
  EXPECT_EQ(rules.touch(Seat::kB, ControlId::kCrossfader, 0, Frame(24400)), Verdict::kAllowed);
  EXPECT_EQ(rules.holder(ControlId::kCrossfader, Frame(24400)), Seat::kB);
}

TEST(Permissions, RoundsGiveEverythingToWhoseTurnItIs) {
  Permissions rules(BattleFormat::kRounds);
  EXPECT_EQ(rules.touch(Seat::kA, ControlId::kPlay, 0, Frame(0)), Verdict::kAllowed);
  EXPECT_EQ(rules.touch(Seat::kA, ControlId::kPlay, 1, Frame(0)), Verdict::kNotYours);
  rules.setTurn(Seat::kB);
  EXPECT_EQ(rules.touch(Seat::kA, ControlId::kPlay, 0, Frame(0)), Verdict::kNotYourTurn);
  EXPECT_EQ(rules.touch(Seat::kB, ControlId::kPlay, 0, Frame(0)), Verdict::kAllowed);
  EXPECT_EQ(rules.touch(Seat::kB, ControlId::kCrossfader, 0, Frame(0)), Verdict::kAllowed);
  EXPECT_EQ(rules.touch(Seat::kA, ControlId::kCrossfader, 0, Frame(48000)), Verdict::kNotYourTurn);
}

TEST(Permissions, SamplersAreOpenToBothAndHeldByNobody) {
  Permissions rules(BattleFormat::kBackToBack);
  EXPECT_EQ(rules.touch(Seat::kA, ControlId::kSamplerPlay, 7, Frame(0)), Verdict::kAllowed);
  EXPECT_EQ(rules.touch(Seat::kB, ControlId::kSamplerPlay, 7, Frame(1)), Verdict::kAllowed);
  EXPECT_FALSE(rules.holder(ControlId::kSamplerPlay, Frame(1)));
  Permissions rounds(BattleFormat::kRounds);
  rounds.setTurn(Seat::kB);
  EXPECT_EQ(rounds.touch(Seat::kA, ControlId::kSamplerPlay, 0, Frame(0)), Verdict::kNotYourTurn);
}

TEST(Permissions, FormatsHaveNames) {
  for (auto format : {BattleFormat::kBackToBack, BattleFormat::kRounds, BattleFormat::kFree})
    EXPECT_EQ(findFormat(formatName(format)), format);
  EXPECT_FALSE(findFormat("duel"));
}

}  // namespace
}  // namespace dju::server
