#include <gmock/gmock.h>

#include "dataset/collectors/cue_sheet.h"
#include "dataset/collectors/jams.h"

namespace dju::dataset {
namespace {

using ::testing::HasSubstr;

TEST(CueSheet, TracksWithTheirBeginnings) {
  const CueSheet sheet =
      parseCueSheet(
          "PERFORMER \"Ana\"\r\nTITLE \"Live at dawn\"\r\nFILE \"set.flac\" WAVE\r\n"
          "  TRACK 01 AUDIO\r\n    TITLE \"One\"\r\n    PERFORMER \"A\"\r\n"
          "    INDEX 01 00:00:00\r\n"
          "  TRACK 02 AUDIO\r\n    TITLE Two\r\n    INDEX 00 104:59:00\r\n"
          "    INDEX 01 105:00:15\r\n")
          .valueOrThrow();
  EXPECT_EQ(sheet.performer, "Ana");
  EXPECT_EQ(sheet.title, "Live at dawn");
  EXPECT_EQ(sheet.file, "set.flac");
  ASSERT_EQ(sheet.tracks.size(), 2U);
  EXPECT_EQ(sheet.tracks[0].performer, "A");
  EXPECT_EQ(sheet.tracks[1].title, "Two");
  EXPECT_DOUBLE_EQ(sheet.tracks[1].seconds, 105 * 60 + 0.2);
}

TEST(CueSheet, OtherBytesThanUtf8AreLatin1) {
  EXPECT_EQ(parseCueSheet("TITLE \"caf\xe9\"\nTRACK 01 AUDIO\nINDEX 01 0:0:0\n")->title, "café");
  EXPECT_EQ(parseCueSheet("\xEF\xBB\xBFTITLE \"café\"\nTRACK 01 AUDIO\nINDEX 01 0:0:0\n")->title,
            "café");
}

TEST(CueSheet, MistakesAreNamedByLine) {
  const auto complaint = [](const std::string& text) {
    return std::string(parseCueSheet(text).error().what());
  };
  EXPECT_THAT(complaint(""), HasSubstr("no TRACK"));
  EXPECT_THAT(complaint("TRACK 01 AUDIO\nTRACK 02 AUDIO\n"), HasSubstr("line 2: the TRACK before"));
  EXPECT_THAT(complaint("TRACK 01 AUDIO\nINDEX 01 1:60:0\n"),
              HasSubstr("line 2: INDEX \"1:60:0\""));
  EXPECT_THAT(complaint("TRACK 01 AUDIO\nINDEX 01 1:0:0\nTRACK 02 AUDIO\nINDEX 01 1:0:0\n"),
              HasSubstr("line 4: it does not begin after"));
  EXPECT_THAT(complaint("INDEX 01 1:0:0\n"), HasSubstr("before any TRACK"));
  EXPECT_THAT(complaint("FILE \"a\" WAVE\nFILE \"b\" WAVE\n"), HasSubstr("one file"));
  EXPECT_THAT(complaint(std::string(5000, 'x')), HasSubstr("line 1: longer"));
}

TEST(Jams, ReadsWhatItWrites) {
  Jams jams{"Live", "Ana", 600, {}, {{"source", "battle"}}};
  jams.annotations.push_back(
      {"segment_open", {{0, 300, "A – One", 1.0}, {300, 300, "B – Two", {}}}, {}, {}});
  const Jams again = parseJams(formatJams(jams)).valueOrThrow();
  EXPECT_EQ(again.artist, "Ana");
  EXPECT_EQ(again.duration, 600);
  ASSERT_EQ(again.annotations.size(), 1U);
  EXPECT_EQ(again.annotations[0].data[0].value, "A – One");
  EXPECT_EQ(again.annotations[0].data[0].confidence, 1.0);
  EXPECT_EQ(again.annotations[0].data[1].confidence, std::nullopt);
  EXPECT_EQ(again.sandbox["source"], "battle");
}

TEST(Jams, BothFormsOfObservations) {
  const Jams jams =
      parseJams(R"({"annotations": [{"namespace": "beat", "data": {"time": [0.5, 1], )"
                R"("duration": [0, 0], "value": [1, 2], "confidence": [null, 0.5]}}]})")
          .valueOrThrow();
  ASSERT_EQ(jams.annotations[0].data.size(), 2U);
  EXPECT_EQ(jams.annotations[0].data[1].time, 1);
  EXPECT_EQ(jams.annotations[0].data[1].value, 2);
  EXPECT_EQ(jams.annotations[0].data[1].confidence, 0.5);
}

TEST(Jams, MistakesAreNamed) {
  const auto complaint = [](const std::string& text) {
    return std::string(parseJams(text).error().what());
  };
  EXPECT_THAT(complaint("[]"), HasSubstr("no JSON object"));
  EXPECT_THAT(complaint("{}"), HasSubstr("no \"annotations\""));
  EXPECT_THAT(complaint(R"({"annotations": [{}]})"),
              HasSubstr("annotation 1 has no \"namespace\""));
  EXPECT_THAT(complaint(R"({"annotations": [{"namespace": "beat", "data": [{"time": -1}]}]})"),
              HasSubstr("annotation 1: observation 1"));
}

}  // namespace
}  // namespace dju::dataset
