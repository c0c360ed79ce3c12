#include "music/hot_cues.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dju::music {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

CuePoint cue(double time, int slot = -1) {
  CuePoint point;
  point.time = time;
  point.slot = slot;
  return point;
}

TEST(HotCues, TakeThePadsThatPeopleGaveThemAndTheFreeOnesInOrderOfTime) {
  EXPECT_THAT(hotCues({cue(30), cue(1), cue(60, 1)}),
              ElementsAre(HotCue{0, 48000}, HotCue{1, 60 * 48000}, HotCue{2, 30 * 48000}));
}

TEST(HotCues, AreEightAtMost) {
  std::vector<CuePoint> many;
  for (int i = 0; i < 12; ++i) many.push_back(cue(i));
  const auto found = hotCues(many);
  ASSERT_EQ(found.size(), 8U);
  for (int pad = 0; pad < 8; ++pad) EXPECT_EQ(found[pad], (HotCue{pad, pad * 48000})) << pad;
}

TEST(HotCues, OfTwoWithOneNumberTheEarlierStays) {
  EXPECT_THAT(hotCues({cue(9, 3), cue(2, 3)}), ElementsAre(HotCue{3, 96000}));
  EXPECT_THAT(hotCues({cue(9, 8)}), IsEmpty()) << "no such pad";
  EXPECT_THAT(hotCues({}), IsEmpty());
}

}  // namespace
}  // namespace dju::music
