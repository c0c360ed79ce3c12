#include "server/battle/round_timer.h"

#include <gtest/gtest.h>

namespace dju::server {
namespace {

TEST(RoundTimer, AlternatesWhoBegins) {
  RoundTimer rounds(2, 60);
  EXPECT_FALSE(rounds.at(Frame(0)));
  rounds.start(Frame(1000));
  const FrameCount turn = 60 * kSampleRate;
  EXPECT_FALSE(rounds.at(Frame(999)));
  EXPECT_EQ(rounds.at(Frame(1000)), (RoundTimer::Turn{1, Seat::kA, Frame(1000) + turn}));
  EXPECT_EQ(rounds.at(Frame(1000) + turn), (RoundTimer::Turn{1, Seat::kB, Frame(1000) + 2 * turn}));
  EXPECT_EQ(rounds.at(Frame(1000) + 2 * turn)->seat, Seat::kB);
  EXPECT_EQ(rounds.at(Frame(1000) + 3 * turn)->seat, Seat::kA);
  EXPECT_EQ(rounds.at(Frame(999) + 4 * turn)->round, 2);
  EXPECT_FALSE(rounds.over(Frame(999) + 4 * turn));
  EXPECT_TRUE(rounds.over(Frame(1000) + 4 * turn));
}

}  // namespace
}  // namespace dju::server
