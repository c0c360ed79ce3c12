#include "core/beat_grid.h"

#include <gtest/gtest.h>

#include <limits>

namespace dju {
namespace {

// 120 BPM from 1,000; at beat 8 the tempo becomes 100 BPM; at beat 16 the phase jumps by 3,000.
BeatGrid changing() {
  BeatGrid grid{1000, 24000, 0, {}};
  EXPECT_TRUE(grid.addChange({8, 1000 + 8 * 24000.0, 28800}));
  EXPECT_TRUE(grid.addChange({16, 1000 + 8 * 24000.0 + 8 * 28800.0 + 3000, 28800}));
  return grid;
}

TEST(BeatGrid, ConstantTempoIsALine) {
  const BeatGrid grid = BeatGrid::fromBpm(0.5, 125);
  EXPECT_TRUE(grid.valid());
  EXPECT_TRUE(grid.constant());
  EXPECT_DOUBLE_EQ(grid.framesPerBeat, 23040);
  EXPECT_DOUBLE_EQ(grid.beatAt(24000 - 23040), -1);
  EXPECT_DOUBLE_EQ(grid.frameAt(2.5), 24000 + 2.5 * 23040);
  EXPECT_DOUBLE_EQ(grid.bpmAt(1e6), 125);
}

TEST(BeatGrid, FollowsChangesAndStretchesTheBeatBeforeAJump) {
  const BeatGrid grid = changing();
  EXPECT_TRUE(grid.sane());
  EXPECT_DOUBLE_EQ(grid.bpmAt(1000), 120);
  EXPECT_DOUBLE_EQ(grid.bpmAt(1000 + 9 * 24000), 100);
  EXPECT_DOUBLE_EQ(grid.frameAt(9), 1000 + 8 * 24000 + 28800);
  EXPECT_DOUBLE_EQ(grid.frameAt(15), 1000 + 8 * 24000 + 7 * 28800);
  EXPECT_DOUBLE_EQ(grid.frameAt(15.5), grid.frameAt(15) + (28800 + 3000) / 2.0);
  EXPECT_DOUBLE_EQ(grid.framesPerBeatAt(grid.frameAt(15.5)), 31800);
}

TEST(BeatGrid, BeatAtAndFrameAtAreInverse) {
  const BeatGrid grid = changing();
  double before = -1e9;
  for (double beat = -3; beat < 24; beat += 0.25) {
    const double frame = grid.frameAt(beat);
    EXPECT_GT(frame, before) << beat;
    EXPECT_NEAR(grid.beatAt(frame), beat, 1e-9);
    before = frame;
  }
}

TEST(BeatGrid, RefusesChangesThatGoBackOrAreNoNumbers) {
  BeatGrid grid = changing();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double end = grid.frameAt(20);
  EXPECT_FALSE(grid.addChange({16, end, 24000}));
  EXPECT_FALSE(grid.addChange({20.5, end, 24000}));
  EXPECT_FALSE(grid.addChange({20, grid.frameAt(19), 24000}));
  EXPECT_FALSE(grid.addChange({20, end, 0}));
  EXPECT_FALSE(grid.addChange({nan, end, 24000}));
  EXPECT_FALSE(grid.addChange({20, nan, 24000}));
  EXPECT_FALSE(grid.addChange({20, end, nan}));
  EXPECT_EQ(grid.changeCount, 2U);
  grid.changeList[1].frame = nan;
  EXPECT_FALSE(grid.sane());
}

TEST(BeatGrid, HoldsAsManyChangesAsItSays) {
  BeatGrid grid = BeatGrid::fromBpm(0, 120);
  for (std::size_t i = 0; i < BeatGrid::kMaxChanges; ++i) {
    const double beat = 4.0 * static_cast<double>(i + 1);
    EXPECT_TRUE(grid.addChange({beat, grid.frameAt(beat), 24000.0 + static_cast<double>(i)}));
  }
  EXPECT_FALSE(grid.addChange({1000, grid.frameAt(1000), 24000}));
}

}  // namespace
}  // namespace dju
