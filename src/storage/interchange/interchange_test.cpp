// Other programs' files in, ours out, and both onto a library. The inputs are those of fuzz/corpus,
// which follow the published layouts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <cmath>
#include <fstream>
#include <iterator>

#include "audio/sha256.h"
#include "audio/test_files.h"
#include "storage/import.h"
#include "storage/interchange/apply.h"
#include "storage/interchange/beat_markers.h"
#include "storage/interchange/mixxx.h"
#include "storage/interchange/rekordbox.h"
#include "storage/interchange/serato.h"
#include "storage/interchange/traktor.h"

namespace dju::storage {
namespace {

using dju::testing::TempFolder;
using ::testing::ElementsAre;

std::string corpus(const std::string& name) {
  std::ifstream file(std::string(DJU_SOURCE_DIR) + "/fuzz/corpus/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TagBytes bytesOf(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

double secondsOf(const BeatGrid& grid, double beat) {
  return grid.frameAt(beat) / kSampleRate;
}

TEST(BeatMarkersTest, ManyMarkersOnALineAreOnePart) {
  std::vector<BeatMarker> markers;
  for (int i = 0; i < 800; ++i) {
    const double beat = i;
    // Rounded to the millisecond, as programs write them, with a new tempo from beat 400 on.
    const double seconds = beat < 400 ? 1 + beat * 0.47619 : 1 + 400 * 0.47619 + (beat - 400) * 0.5;
    markers.push_back({beat, std::round(seconds * 1000) / 1000});
  }
  const BeatGrid grid = gridThrough(markers, 120).value();
  EXPECT_EQ(grid.changeCount, 1U);
  for (const BeatMarker& marker : markers) {
    EXPECT_NEAR(secondsOf(grid, marker.beat), marker.seconds, 0.0021);
  }
}

TEST(BeatMarkersTest, ADrummerIsFollowedAsNearAsTheListAllows) {
  std::vector<BeatMarker> markers;
  double seconds = 0.5;
  for (int i = 0; i < 1000; ++i) {
    markers.push_back({static_cast<double>(i), seconds});
    seconds += 0.5 + 0.02 * std::sin(i * 0.7);
  }
  const BeatGrid grid = gridThrough(markers, 0).value();
  EXPECT_LE(grid.changeCount, BeatGrid::kMaxChanges);
  for (const BeatMarker& marker : markers) {
    EXPECT_NEAR(secondsOf(grid, marker.beat), marker.seconds, 0.07);
  }
}

TEST(BeatMarkersTest, PutsTheAnchorIntoTheTrackAndRefusesNonsense) {
  const BeatMarker late{7, 2};
  const BeatGrid grid = gridThrough({&late, 1}, 120).value();
  EXPECT_GE(grid.anchorFrame, 0);
  EXPECT_NEAR(secondsOf(grid, 0), 0.5, 1e-9) << "beat 4 of the markers, a downbeat";
  EXPECT_FALSE(gridThrough({}, 120));
  EXPECT_FALSE(gridThrough({&late, 1}, 0));
  EXPECT_FALSE(gridThrough({&late, 1}, std::nan("")));
  const BeatMarker unordered[] = {{0, 2}, {4, 1}};
  EXPECT_FALSE(gridThrough(unordered, 120));
}

TEST(RekordboxTest, ReadsGridsAndCues) {
  const Collection collection = parseRekordbox(corpus("rekordbox/two.xml")).valueOrThrow();
  ASSERT_EQ(collection.tracks.size(), 2U);
  const ForeignTrack& track = collection.tracks[0];
  EXPECT_EQ(track.title, "Night Drive");
  EXPECT_EQ(track.file, "Night Drive.mp3");
  EXPECT_EQ(track.key, "8A");
  ASSERT_TRUE(track.grid);
  // 0.025 s is the third beat of its bar, so the next bar begins two beats later.
  const double downbeat = 0.025 + 2 * 60 / 126.0;
  EXPECT_NEAR(std::remainder(track.grid->beatAt(downbeat * kSampleRate), 4), 0, 1e-3);
  EXPECT_NEAR(track.grid->bpmAt(40 * 48000), 120, 1e-9);
  ASSERT_EQ(track.cues.size(), 2U);
  EXPECT_EQ(track.cues[0], (music::CuePoint{30.501, "cue", "Drop", 0, 0, 0x28e214}));
  EXPECT_EQ(track.cues[1], (music::CuePoint{40, "loop", "", -1, 4, -1}));
  EXPECT_FALSE(collection.tracks[1].grid);
  for (const char* bad : {"", "<", "<NML/>", "<DJ_PLAYLISTS/>"})
    EXPECT_FALSE(parseRekordbox(bad).ok());
}

TEST(RekordboxTest, WhatIsWrittenReadsBackTheSame) {
  ExportedTrack track;
  track.track.title = "A & B <\"x\">";
  track.track.artist = "Zoë";
  track.track.format = "mp3";
  track.track.frames = track.info.frames = 360 * 48000;
  track.info.grid = BeatGrid::fromBpm(0.3125, 127.973);
  ASSERT_TRUE(
      track.info.grid.addChange({400, track.info.grid.frameAt(400), kSampleRate * 60 / 140.25}));
  track.info.key.name = "F# minor";
  track.info.cues = {{12.5, "cue", "In", 3, 0, 0xff8800}, {60, "loop", "Loop", -1, 7.5, -1}};
  track.location = "/music/Zoë - A & B.mp3";
  const Collection back =
      parseRekordbox(formatRekordbox(std::span(&track, 1), "Friday")).valueOrThrow();
  ASSERT_EQ(back.tracks.size(), 1U);
  const ForeignTrack& read = back.tracks[0];
  EXPECT_EQ(read.title, track.track.title);
  EXPECT_EQ(read.artist, "Zoë");
  EXPECT_EQ(read.file, "Zoë - A & B.mp3");
  EXPECT_EQ(read.key, "F#m");
  EXPECT_EQ(read.seconds, 360);
  EXPECT_EQ(read.cues, track.info.cues);
  ASSERT_TRUE(read.grid);
  for (double beat = 0; beat < 780; beat += 13) {
    EXPECT_NEAR(secondsOf(*read.grid, beat), secondsOf(track.info.grid, beat), 0.003) << beat;
  }
}

TEST(TraktorTest, ReadsGridKeyAndCues) {
  const Collection collection = parseTraktor(corpus("traktor/one.nml")).valueOrThrow();
  ASSERT_EQ(collection.tracks.size(), 1U);
  const ForeignTrack& track = collection.tracks[0];
  EXPECT_EQ(track.key, "A minor");
  EXPECT_EQ(track.file, "Night Drive.mp3");
  ASSERT_TRUE(track.grid);
  EXPECT_NEAR(track.grid->bpm(), 126, 1e-4);
  EXPECT_NEAR(track.grid->anchorSeconds(), 0.051254, 1e-9);
  ASSERT_EQ(track.cues.size(), 2U);
  EXPECT_EQ(track.cues[0].label, "Drop");
  EXPECT_EQ(track.cues[0].slot, 1);
  EXPECT_NEAR(track.cues[1].length, 3.809525, 1e-9);
  EXPECT_EQ(track.cues[1].label, "");
  EXPECT_FALSE(parseTraktor("<DJ_PLAYLISTS/>").ok());
}

TEST(SeratoTest, ReadsTheTagsOfMp3AndFlac) {
  for (const char* name : {"serato/id3", "serato/flac"}) {
    const SeratoTags tags = parseSeratoTags(bytesOf(corpus(name)));
    ASSERT_EQ(tags.cues.size(), 2U) << name;
    EXPECT_EQ(tags.cues[0], (music::CuePoint{30.5, "cue", "Drop", 2, 0, 0xcc0010}));
    EXPECT_EQ(tags.cues[1], (music::CuePoint{40, "loop", "Loop", -1, 4, 0x27aae1}));
    ASSERT_TRUE(tags.grid) << name;
    EXPECT_NEAR(tags.grid->anchorSeconds(), 0.25, 1e-6);
    EXPECT_NEAR(tags.grid->bpm(), 120, 1e-6);
    EXPECT_NEAR(tags.grid->bpmAt(40 * 48000), 100, 1e-6);
  }
}

TEST(SeratoTest, CutOffTagsGiveWhatTheyHaveAndNothingBreaks) {
  for (const char* name : {"serato/id3", "serato/flac"}) {
    const std::string whole = corpus(name);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      // Copied, so that a sanitizer sees a read behind the end.
      const std::vector<std::uint8_t> cut(whole.begin(),
                                          whole.begin() + static_cast<std::ptrdiff_t>(size));
      parseSeratoTags(cut);
    }
  }
}

TEST(MixxxTest, ReadsItsThreeKindsOfGrid) {
  const auto grid = [](const char* file, const char* version) {
    return parseMixxxBeats(bytesOf(corpus(file)), version, 44100);
  };
  ASSERT_TRUE(grid("mixxx_beats/grid2", "BeatGrid-2.0"));
  EXPECT_NEAR(grid("mixxx_beats/grid2", "BeatGrid-2.0")->bpm(), 126, 1e-9);
  EXPECT_NEAR(grid("mixxx_beats/grid2", "BeatGrid-2.0")->anchorSeconds(), 0.25, 1e-9);
  ASSERT_TRUE(grid("mixxx_beats/map", "BeatMap-1.0"));
  EXPECT_NEAR(grid("mixxx_beats/map", "BeatMap-1.0")->bpm(), 120, 1e-6);
  EXPECT_NEAR(grid("mixxx_beats/map", "BeatMap-1.0")->bpmAt(30 * 48000), 150, 1e-6);
  EXPECT_NEAR(grid("mixxx_beats/grid1", "BeatGrid-1.0")->anchorSeconds(), 0.25, 1e-9);
  EXPECT_FALSE(grid("mixxx_beats/grid2", "BeatGrid-9"));
}

TEST(MixxxTest, ReadsADatabaseAndRefusesOthers) {
  const TempFolder folder;
  const std::filesystem::path path = folder / "mixxxdb.sqlite";
  sqlite3* raw = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &raw), SQLITE_OK);
  const char* make =
      "CREATE TABLE track_locations (id INTEGER PRIMARY KEY, filename TEXT);"
      "CREATE TABLE library (id INTEGER PRIMARY KEY, title TEXT, artist TEXT, duration REAL, key "
      "TEXT, samplerate INTEGER, beats BLOB, beats_version TEXT, location INTEGER, mixxx_deleted "
      "INTEGER);"
      "CREATE TABLE cues (track_id INTEGER, type INTEGER, position REAL, length REAL, hotcue "
      "INTEGER, label TEXT, color INTEGER);"
      "INSERT INTO track_locations VALUES (1, 'a.flac');"
      "INSERT INTO library VALUES (1, 'A', 'Ada', 100, 'Am', 44100, NULL, '', 1, 0);"
      "INSERT INTO cues VALUES (1, 1, 882000, 0, 2, 'Drop', 16711680), (1, 6, 5, 5, -1, '', 0);";
  ASSERT_EQ(sqlite3_exec(raw, make, nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(raw);
  const Collection collection = readCollection(path).valueOrThrow();
  EXPECT_EQ(collection.program, "Mixxx");
  ASSERT_EQ(collection.tracks.size(), 1U);
  EXPECT_THAT(collection.tracks[0].cues,
              ElementsAre(music::CuePoint{10, "cue", "Drop", 2, 0, 0xff0000}));
  { const Database made(folder / "other.sqlite"); }
  EXPECT_FALSE(readCollection(folder / "other.sqlite").ok());
  std::ofstream(folder / "text") << "hello";
  EXPECT_FALSE(readCollection(folder / "text").ok());
  EXPECT_FALSE(readCollection(folder / "none").ok());
}

music::TrackInfo heard(double bpm, double anchor) {
  music::TrackInfo info;
  info.frames = 100 * 48000;
  info.grid = BeatGrid::fromBpm(anchor, bpm);
  info.gridConfidence = 0.9;
  return info;
}

TEST(EncoderDelayTest, IsJudgedByWhatIsHeard) {
  const music::TrackInfo ours = heard(126, 0.1);
  const auto judged = [&](double later, const char* format = "mp3") {
    return encoderDelay(BeatGrid::fromBpm(0.1 + later, 126), ours, format);
  };
  EXPECT_EQ(judged(0.003), 0) << "as near as analysers agree";
  EXPECT_NEAR(judged(0.027), 0.026, 0.0011);
  EXPECT_NEAR(judged(0.052), 0.0512, 0.0001);
  EXPECT_NEAR(judged(-0.026), -0.0261, 0.0001);
  EXPECT_EQ(judged(0.1), 0) << "no encoder does that: somebody's own grid";
  EXPECT_EQ(judged(0.026, "flac"), 0);
  music::TrackInfo unsure = ours;
  unsure.gridConfidence = 0.2;
  EXPECT_EQ(encoderDelay(BeatGrid::fromBpm(0.126, 126), unsure, "mp3"), 0);
}

class ApplyTest : public ::testing::Test {
 protected:
  std::string add(const std::string& title, const std::string& artist, const std::string& uploader,
                  const std::string& format = "flac") {
    Track track;
    track.id = sha256Hex(title + artist + format);
    track.title = title;
    track.artist = artist;
    track.uploader = uploader;
    track.format = format;
    track.frames = 100 * 48000;
    track.baseHash = track.analysisHash =
        library_.blobs().put(music::toCanonicalJson(heard(126, 0.1)));
    EXPECT_TRUE(library_.add(track));
    return track.id;
  }
  ForeignTrack foreign(const std::string& title, double anchor) {
    ForeignTrack track;
    track.title = title;
    track.artist = "ADA";
    track.seconds = 100.6;
    track.grid = BeatGrid::fromBpm(anchor, 126);
    track.cues = {{30.026, "cue", "Drop", 0, 0, -1}, {40, "loop", "", 0, 4, -1}};
    return track;
  }
  TempFolder folder_;
  Library library_{folder_ / "data"};
};

TEST_F(ApplyTest, ChangesOnesOwnTracksAsOneStep) {
  const std::string mine = add("Night Drive", "Ada", "ana", "mp3");
  const std::string theirs = add("Morning", "Ada", "bob");
  const Collection collection{
      "rekordbox", {foreign("night drive", 0.126), foreign("Morning", 0.2), foreign("Gone", 0)}};
  const Applied applied = applyCollection(library_, collection, "ana");
  EXPECT_EQ(applied.matched, 2);
  EXPECT_EQ(applied.changed, 1);
  EXPECT_EQ(applied.shifted, 1);
  EXPECT_THAT(applied.unmatched, ElementsAre("ADA - Gone"));
  const Track track = library_.track(mine).valueOrThrow();
  EXPECT_NEAR(track.grid.anchorSeconds(), 0.1, 0.001) << "without the encoder's frame";
  const auto cues = library_.analysis(track.analysisHash)->cues;
  ASSERT_EQ(cues.size(), 2U);
  EXPECT_NEAR(cues[0].time, 30, 0.001);
  EXPECT_EQ(cues[1].slot, -1) << "one pad a number";
  EXPECT_FALSE(library_.track(theirs)->gridEdited);
  ASSERT_TRUE(library_.step(mine, Library::HistoryStep::kUndo).ok());
  EXPECT_FALSE(library_.track(mine)->gridEdited);
}

TEST_F(ApplyTest, LeavesAloneWhatItCannotTell) {
  add("Night Drive", "Ada", "ana", "mp3");
  add("Night Drive", "Ada", "ana", "flac");
  EXPECT_EQ(applyCollection(library_, {"x", {foreign("Night Drive", 0.1)}}, "").matched, 0);
  ForeignTrack named = foreign("Night Drive", 0.1);
  named.file = "night drive.MP3";
  EXPECT_EQ(applyCollection(library_, {"x", {named}}, "").matched, 1) << "one is an MP3";
  add("Long", "Ada", "ana");
  ForeignTrack other = foreign("Long", 0.1);
  other.seconds = 110;
  EXPECT_EQ(applyCollection(library_, {"x", {other}}, "").matched, 0);
}

TEST_F(ApplyTest, ALockedGridStaysAndItsCuesCome) {
  const std::string id = add("Night Drive", "Ada", "ana");
  ASSERT_TRUE(library_
                  .edit(id, "ana",
                        [](music::TrackEdits& edits) -> Result<void> {
                          edits.locked = true;
                          return {};
                        })
                  .ok());
  EXPECT_EQ(applyCollection(library_, {"x", {foreign("Night Drive", 0.3)}}, "ana").changed, 1);
  EXPECT_NEAR(library_.track(id)->grid.anchorSeconds(), 0.1, 1e-9);
  EXPECT_EQ(library_.edits(id)->edits.cues->size(), 2U);
}

TEST_F(ApplyTest, ExportsACrate) {
  const std::string id = add("Night Drive", "Ada", "ana");
  add("Other", "Ada", "ana");
  const Crate crate = library_.addCrate("Friday", "ana").valueOrThrow();
  CrateChange change;
  change.add = {id};
  ASSERT_TRUE(library_.changeCrate(crate.id, "ana", change).ok());
  const auto locate = [](const Track& track) { return track.title + ".flac"; };
  const std::string xml = exportRekordbox(library_, {crate.id, ""}, locate).valueOrThrow();
  EXPECT_EQ(parseRekordbox(xml)->tracks.size(), 1U);
  EXPECT_NE(xml.find("Friday"), std::string::npos);
  EXPECT_EQ(parseRekordbox(exportRekordbox(library_, {}, locate).valueOrThrow())->tracks.size(),
            2U);
  EXPECT_FALSE(exportRekordbox(library_, {"none", ""}, locate).ok());
  EXPECT_EQ(exportRekordbox(library_, {}, locate, 1).error().code(), ErrorCode::kTooLarge);
}

}  // namespace
}  // namespace dju::storage
