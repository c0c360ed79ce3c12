#include "server/webrtc/rung_choice.h"

#include <gtest/gtest.h>

namespace dju::server::webrtc {
namespace {

class Choice : public testing::Test {
 protected:
  // Reports of one a second; the rung after them.
  int reports(double loss, int count) {
    for (int i = 0; i < count; ++i) choice.report(loss, now += std::chrono::seconds(1));
    return choice.kilobits();
  }
  RungChoice choice{256};
  RungChoice::TimePoint now{std::chrono::hours(1)};
};

TEST_F(Choice, RandomLossChangesNothing) {
  EXPECT_EQ(reports(0.01, 600), 256);
  EXPECT_EQ(reports(0.10, 1), 256) << "one bad second";
}

TEST_F(Choice, FullNetworkGetsLessUntilItIsEnough) {
  EXPECT_EQ(reports(0.15, 3), 128);
  EXPECT_EQ(reports(0.15, 6), 64);
  EXPECT_EQ(reports(0.5, 60), 64) << "the last rung";
}

TEST_F(Choice, OneStepHasTimeToShow) {
  EXPECT_EQ(reports(0.15, 1), 128);
  EXPECT_EQ(reports(0.15, 2), 128);
}

TEST_F(Choice, CalmBringsItBackAndNeverBeyondWhatWasAskedFor) {
  reports(0.15, 9);
  EXPECT_EQ(reports(0, 15), 64);
  EXPECT_EQ(reports(0, 6), 128);
  EXPECT_EQ(reports(0, 20), 256);
  EXPECT_EQ(reports(0, 500), 256);
}

TEST_F(Choice, WhatWasTooMuchIsTriedLessOften) {
  int ups = 0;
  for (int second = 0; second < 1200; ++second) {
    const int before = choice.kilobits();
    // This network carries 128 kbit/s.
    reports(before > 128 ? 0.2 : 0, 1);
    ups += choice.kilobits() > before ? 1 : 0;
  }
  EXPECT_LE(ups, 9) << "in twenty minutes; every 15 s would be eighty";
  EXPECT_GE(ups, 4);
}

}  // namespace
}  // namespace dju::server::webrtc
