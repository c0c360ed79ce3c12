#include "music/track_edits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "music/fixtures/fixtures.h"

namespace dju::music {
namespace {

using dju::testing::wholeTrackInfo;

constexpr FrameCount kFrames = 96 * 48000;

TrackEdits everything() {
  TrackEdits edits;
  edits.grid = BeatGrid::fromBpm(0.5, 125);
  edits.key = std::string("8A");
  edits.cues = {{1, "cue", "Mine", 2, 4, 0x00ff00}};
  edits.phrases = {{0, 16, 8, "my intro"}};
  edits.locked = true;
  return edits;
}

TEST(TrackEditsTest, TakeThePlaceOfFindingsAndLeaveTheRest) {
  const TrackInfo found = wholeTrackInfo();
  EXPECT_EQ(toCanonicalJson(withEdits(found, {})), toCanonicalJson(found));
  const TrackInfo info = withEdits(found, everything());
  EXPECT_TRUE(info.edited);
  EXPECT_NEAR(info.grid.bpm(), 125, 1e-9);
  EXPECT_EQ(info.key.name, "A minor");
  EXPECT_TRUE(info.key.modulations.empty());
  EXPECT_EQ(info.cues.at(0).label, "Mine");
  EXPECT_EQ(info.phrases.at(0).label, "my intro");
  EXPECT_EQ(info.vocals.size(), found.vocals.size());
  TrackEdits cuesOnly;
  cuesOnly.cues.emplace();
  EXPECT_EQ(withEdits(found, cuesOnly).grid, found.grid);
  EXPECT_TRUE(withEdits(found, cuesOnly).cues.empty());
}

TEST(TrackEditsTest, ReadBackAsWritten) {
  for (const TrackEdits& edits : {TrackEdits(), everything()}) {
    const auto back = parseTrackEdits(toCanonicalJson(edits));
    ASSERT_TRUE(back.ok()) << back.error().what();
    EXPECT_EQ(*back, edits);
  }
  for (const char* bad : {"", "[", "{\"grid\":1}", "{\"cues\":[{}]}", "{\"cues\":[7]}",
                          "{\"cues\":[{\"time\":1,\"color\":\"red\"}]}",
                          "{\"grid\":{\"anchorFrame\":0,\"framesPerBeat\":-1}}"}) {
    EXPECT_FALSE(parseTrackEdits(bad).ok()) << bad;
  }
}

TEST(TrackEditsTest, AreCheckedBeforeTheyAreTaken) {
  EXPECT_TRUE(checkEdits(everything(), kFrames).ok());
  const auto refused = [](const std::function<void(TrackEdits&)>& change) {
    TrackEdits edits = everything();
    change(edits);
    return !checkEdits(ordered(edits), kFrames).ok();
  };
  EXPECT_TRUE(refused([](auto& e) { e.grid = BeatGrid::fromBpm(0.5, 4000); }));
  EXPECT_TRUE(refused([](auto& e) { e.grid = BeatGrid::fromBpm(97, 120); }));
  EXPECT_TRUE(refused([](auto& e) { e.grid = BeatGrid::fromBpm(std::nan(""), 120); }));
  EXPECT_TRUE(refused([](auto& e) { e.grid->addChange({40, 20 * 48000.0, 100}); }));
  EXPECT_TRUE(refused([](auto& e) { e.key = std::string("H"); }));
  EXPECT_TRUE(refused([](auto& e) { e.cues->at(0).time = -1; }));
  EXPECT_TRUE(refused([](auto& e) { e.cues->at(0).time = std::nan(""); }));
  EXPECT_TRUE(refused([](auto& e) { e.cues->at(0).slot = 8; }));
  EXPECT_TRUE(refused([](auto& e) { e.cues->push_back(e.cues->at(0)); }));
  EXPECT_TRUE(refused([](auto& e) { e.cues->resize(129); }));
  EXPECT_TRUE(refused([](auto& e) { e.cues->at(0).label = std::string(129, 'x'); }));
  EXPECT_TRUE(refused([](auto& e) { e.phrases->push_back({10, 20, 4, "over"}); }));
  EXPECT_TRUE(refused([](auto& e) { e.phrases->push_back({90, 120, 4, "beyond"}); }));
  EXPECT_FALSE(refused([](auto& e) { e.phrases->push_back({16, 20, 2, "next"}); }));
}

}  // namespace
}  // namespace dju::music
