#include "server/arena/hearing.h"

#include <gmock/gmock.h>

namespace dju::server {
namespace {

using std::chrono::milliseconds;

class HearingTest : public ::testing::Test {
 protected:
  static constexpr Hearing::Clip kClip{60, 600000};
  Hearing::Clock::time_point begin_{};
  Hearing hearing_{kClip, kClip, begin_};

  Hearing::Clock::time_point after(double seconds) const {
    return begin_ + milliseconds(static_cast<int>(1000 * seconds));
  }
};

TEST_F(HearingTest, eightSecondsOfEachAreEnough) {
  hearing_.fetched(0, 0, 600000);
  hearing_.fetched(1, 0, 600000);
  for (int i = 0; i < 4; ++i) {
    EXPECT_TRUE(hearing_.played(0, 2 * i, 2 * i + 2, after(2 * i + 2)));
    EXPECT_FALSE(hearing_.enough());
  }
  EXPECT_TRUE(hearing_.played(1, 20, 28, after(16)));
  EXPECT_TRUE(hearing_.enough());
}

TEST_F(HearingTest, theSameSecondsCountOnce) {
  hearing_.fetched(0, 0, 600000);
  for (int i = 1; i <= 5; ++i) EXPECT_TRUE(hearing_.played(0, 0, 2, after(2 * i)));
  EXPECT_DOUBLE_EQ(hearing_.heard(0), 2);
}

TEST_F(HearingTest, nobodyHearsFasterThanTimeGoes) {
  hearing_.fetched(0, 0, 600000);
  hearing_.fetched(1, 0, 600000);
  EXPECT_EQ(hearing_.played(0, 0, 8, after(1)).error().code(), ErrorCode::kConflict);
  EXPECT_TRUE(hearing_.played(0, 0, 8, after(8)));
  // Both at once are not heard either.
  EXPECT_EQ(hearing_.played(1, 0, 8, after(8)).error().code(), ErrorCode::kConflict);
}

TEST_F(HearingTest, whatWasNotFetchedWasNotHeard) {
  EXPECT_EQ(hearing_.played(0, 0, 8, after(9)).error().code(), ErrorCode::kConflict);
  hearing_.fetched(0, 0, 100000);
  EXPECT_TRUE(hearing_.played(0, 0, 8, after(9)));
  EXPECT_EQ(hearing_.played(0, 40, 45, after(30)).error().code(), ErrorCode::kConflict);
}

TEST_F(HearingTest, placesOutsideOfTheClipAreRefused) {
  hearing_.fetched(0, 0, 600000);
  EXPECT_EQ(hearing_.played(0, -1, 3, after(99)).error().code(), ErrorCode::kInvalid);
  EXPECT_EQ(hearing_.played(0, 58, 63, after(99)).error().code(), ErrorCode::kInvalid);
  EXPECT_EQ(hearing_.played(0, 5, 5, after(99)).error().code(), ErrorCode::kInvalid);
  EXPECT_EQ(hearing_.played(0, 0, 40, after(99)).error().code(), ErrorCode::kInvalid);
}

TEST(Stretches, mergeWhereTheyTouch) {
  Stretches stretches;
  stretches.add(4, 6);
  stretches.add(0, 2);
  stretches.add(2, 3);
  EXPECT_DOUBLE_EQ(stretches.total(), 5);
  EXPECT_TRUE(stretches.covers(0.5, 3));
  EXPECT_FALSE(stretches.covers(2, 5));
  stretches.add(1, 5);
  EXPECT_DOUBLE_EQ(stretches.total(), 6);
}

}  // namespace
}  // namespace dju::server
