#include "music/track_info.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "audio/test_files.h"
#include "core/random.h"
#include "music/analyse.h"
#include "music/analysis_json.h"
#include "music/fixtures/fixtures.h"
#include "music/track_edits.h"

namespace dju::music {
namespace {

using dju::testing::fixture;
using dju::testing::wholeTrackInfo;

TEST(TrackInfoTest, ReadsBackWhatItWritesAndNamesItByContent) {
  const TrackInfo info = wholeTrackInfo();
  const std::string json = toCanonicalJson(info);
  const Result<TrackInfo> back = parseTrackInfo(json);
  ASSERT_TRUE(back.ok()) << back.error().what();
  EXPECT_EQ(toCanonicalJson(*back), json);
  TrackInfo other = info;
  other.cues[0].label = "x";
  EXPECT_NE(analysisHash(other), analysisHash(info));
  for (const char* bad : {"", "{", "[]", "{\"version\":1}", "{\"version\":\"x\"}", "null",
                          "{\"version\":2,\"grid\":7}"}) {
    EXPECT_FALSE(parseTrackInfo(bad).ok()) << bad;
  }
}

// The form of a blob that logs name; a change of it must be a decision.
TEST(TrackInfoTest, HasTheCanonicalFormItAlwaysHad) {
  EXPECT_EQ(toCanonicalJson(wholeTrackInfo()), fixture("track-info-v3.json"));
}

TEST(TrackInfoTest, ReadsBlobsOfTheFirstVersion) {
  const TrackInfo info = parseTrackInfo(fixture("track-info-v1.json")).valueOrThrow();
  EXPECT_EQ(info.analyser, 1);
  EXPECT_EQ(info.grid, (BeatGrid{12000.5, 24000, 0, {}}));
  EXPECT_EQ(info.key.name, "A minor");
  EXPECT_EQ(info.loudness.integratedLufs, -9.5);
  EXPECT_EQ(info.loudness.truePeakDbtp, -0.3);
  EXPECT_FALSE(info.given);
  // Edited, it is written in the new form and still says who analysed it.
  TrackEdits edits;
  edits.grid = BeatGrid::fromBpm(0, 100);
  const TrackInfo edited = parseTrackInfo(toCanonicalJson(withEdits(info, edits))).valueOrThrow();
  EXPECT_EQ(edited.analyser, 1);
  EXPECT_NEAR(edited.grid.bpm(), 100, 1e-9);
  EXPECT_EQ(edited.loudness.integratedLufs, -9.5);
}

// Until version 3 one number stood for the analyser and the form.
TEST(TrackInfoTest, ReadsBlobsOfTheSecondVersion) {
  TrackInfo expected = wholeTrackInfo();
  expected.analyser = 2;
  const TrackInfo info = parseTrackInfo(fixture("track-info-v2.json")).valueOrThrow();
  EXPECT_EQ(toCanonicalJson(info), toCanonicalJson(expected));
}

TEST(TrackInfoTest, RefusesBlobsOfANewerProgram) {
  nlohmann::json blob = nlohmann::json::parse(toCanonicalJson(wholeTrackInfo()));
  blob["version"] = kTrackInfoVersion + 1;
  const auto refused = parseTrackInfo(blob.dump());
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().what(), ::testing::HasSubstr("a newer one wrote it"));
}

TEST(TrackInfoTest, ReplayGainLeadsToItsReference) {
  TrackInfo info;
  EXPECT_EQ(info.replayGainDb(), 0) << "silence is not amplified";
  info.loudness.integratedLufs = -8;
  EXPECT_EQ(info.replayGainDb(), -10);
}

TEST(AnalysisJsonTest, IsTheDocumentedOne) {
  nlohmann::json expected = nlohmann::json::parse(fixture("analysis.json"));
  expected.erase("id");
  expected.erase("file");
  EXPECT_EQ(toAnalysisJson(wholeTrackInfo()), expected) << toAnalysisJson(wholeTrackInfo()).dump();
}

TEST(AnalysisJsonTest, LeavesOutWhatNobodyFound) {
  TrackInfo info;
  info.frames = 48000;
  const nlohmann::json json = toAnalysisJson(info);
  for (const char* key : {"tempo", "beats", "downbeats", "grid", "key", "energy", "phrases", "cues",
                          "genre", "vocals", "fingerprint"}) {
    EXPECT_FALSE(json.contains(key)) << key;
  }
  EXPECT_EQ(json.at("duration"), 1);
}

TEST(AnalysisJsonTest, BeatsLieInTheTrackAndFollowTheTempo) {
  BeatGrid grid = BeatGrid::fromBpm(1, 120);
  ASSERT_TRUE(grid.addChange({4, 3 * 48000, 48000}));
  using ::testing::ElementsAre;
  EXPECT_THAT(beatTimes(grid, 5 * 48000, BeatChoice::kAll),
              ElementsAre(0, 0.5, 1, 1.5, 2, 2.5, 3, 4));
  EXPECT_THAT(beatTimes(grid, 5 * 48000, BeatChoice::kDownbeats), ElementsAre(1, 3));
  EXPECT_TRUE(beatTimes({}, 48000, BeatChoice::kAll).empty());
}

TEST(AnalyseTest, GivesEveryKindOfSoundAnAnalysisThatReadsBack) {
  Random random(3);
  std::vector<std::int16_t> noise(2 * 48000 * 6);
  for (auto& sample : noise) sample = static_cast<std::int16_t>(random.below(65536) - 32768);
  std::vector<std::int16_t> silence(2 * 48000 * 3), none;
  std::vector<std::int16_t> direct(2 * 48000 * 5, 12000);
  for (const auto* sound : {&noise, &silence, &none, &direct}) {
    const audio::PcmView pcm{sound->data(), static_cast<std::int64_t>(sound->size() / 2),
                             audio::kUnityScale};
    const Analysis analysis = analyseTrack(pcm, "p");
    const std::string json = toCanonicalJson(analysis.info);
    const auto back = parseTrackInfo(json);
    ASSERT_TRUE(back.ok()) << back.error().what();
    EXPECT_EQ(toCanonicalJson(*back), json);
    EXPECT_EQ(toAnalysisJson(*back).dump().find("null"), std::string::npos) << "no NaN";
  }
}

}  // namespace
}  // namespace dju::music
