// Edits apart from the analysis, re-analysis beneath them, the schema's second version, and the
// same song in another encoding.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>
#include <thread>

#include "audio/sha256.h"
#include "audio/test_files.h"
#include "core/random.h"
#include "storage/import.h"
#include "storage/library.h"
#include "storage/reanalysis.h"

namespace dju::storage {
namespace {

using dju::testing::TempFolder;
using dju::testing::writeSound;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Step = Library::HistoryStep;

constexpr double kSeconds = 100;

music::TrackInfo found(double bpm, int analyser = music::kAnalyserVersion) {
  music::TrackInfo info;
  info.analyser = analyser;
  info.frames = static_cast<FrameCount>(kSeconds * kSampleRate);
  info.grid = BeatGrid::fromBpm(0.25, bpm);
  info.gridConfidence = 0.5;
  info.key = {"A minor", 0.5, 0, {}};
  info.loudness = {-9, 5, -1};
  info.cues = {{0.25, "mix_in", "Mix in", -1, 0, -1}};
  info.phrases = {{0.25, 16, 8, "intro"}};
  info.energy = {0.2F, 0.6F};
  return info;
}

class EditsTest : public ::testing::Test {
 protected:
  std::string add(const std::string& name, const music::TrackInfo& info) {
    Track track;
    track.id = sha256Hex(name);
    track.title = name;
    track.uploader = "ana";
    track.baseHash = track.analysisHash = library_.blobs().put(music::toCanonicalJson(info));
    EXPECT_TRUE(library_.add(track, info.fingerprint));
    EXPECT_TRUE(library_.replaceAnalysis(track.id, info).ok());
    return track.id;
  }
  Result<Track> setGrid(const std::string& id, const BeatGrid& grid) {
    return library_.edit(id, "ana", [&](music::TrackEdits& edits) -> Result<void> {
      edits.grid = grid;
      return {};
    });
  }
  Result<Track> setLock(const std::string& id, bool locked) {
    return library_.edit(id, "ana", [&](music::TrackEdits& edits) -> Result<void> {
      edits.locked = locked;
      return {};
    });
  }
  double bpmOf(const std::string& id) { return library_.track(id)->grid.bpm(); }

  TempFolder folder_;
  Library library_{folder_ / "data"};
};

TEST_F(EditsTest, AnEditMakesANewAnalysisAndTheOldOneStays) {
  const std::string id = add("a", found(120));
  const std::string before = library_.track(id)->analysisHash;
  BeatGrid grid = BeatGrid::fromBpm(0.5, 126);
  ASSERT_TRUE(grid.addChange({64, 0.5 * 48000 + 64 * grid.framesPerBeat, 24000}));
  const Track edited = setGrid(id, grid).valueOrThrow();
  EXPECT_TRUE(edited.gridEdited);
  EXPECT_NE(edited.analysisHash, before);
  EXPECT_EQ(library_.track(id)->grid, grid) << "tempo changes survive the row";
  EXPECT_EQ(library_.analysis(edited.analysisHash)->grid, grid);
  EXPECT_NEAR(library_.analysis(before)->grid.bpm(), 120, 1e-9);
  EXPECT_EQ(toJson(edited).at("grid").at("changes").at(0).at("beat"), 64);
  EXPECT_FALSE(setGrid(id, BeatGrid::fromBpm(0.5, 4000)).ok());
  EXPECT_FALSE(setGrid(id, BeatGrid::fromBpm(101, 120)).ok());
  EXPECT_FALSE(setGrid(id, BeatGrid::fromBpm(std::nan(""), 120)).ok());
  EXPECT_FALSE(setGrid("none", BeatGrid::fromBpm(0, 120)).ok());
}

TEST_F(EditsTest, HistoryGoesBackAndForthAndForgetsWhatWasReplaced) {
  const std::string id = add("a", found(120));
  EXPECT_EQ(library_.step(id, Step::kUndo).error().code(), ErrorCode::kConflict);
  const std::string first = library_.track(id)->analysisHash;
  for (const double bpm : {121.0, 122.0, 123.0}) {
    ASSERT_TRUE(setGrid(id, BeatGrid::fromBpm(0, bpm)).ok());
  }
  ASSERT_TRUE(setGrid(id, BeatGrid::fromBpm(0, 123)).ok()) << "no change, no step";
  ASSERT_TRUE(library_.step(id, Step::kUndo).ok());
  ASSERT_TRUE(library_.step(id, Step::kUndo).ok());
  EXPECT_NEAR(bpmOf(id), 121, 1e-9);
  EXPECT_TRUE(library_.edits(id)->canUndo);
  EXPECT_TRUE(library_.edits(id)->canRedo);
  ASSERT_TRUE(library_.step(id, Step::kRedo).ok());
  EXPECT_NEAR(bpmOf(id), 122, 1e-9);
  ASSERT_TRUE(setGrid(id, BeatGrid::fromBpm(0, 130)).ok());
  EXPECT_FALSE(library_.edits(id)->canRedo);
  EXPECT_EQ(library_.step(id, Step::kRedo).error().code(), ErrorCode::kConflict);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(library_.step(id, Step::kUndo).ok());
  EXPECT_EQ(library_.track(id)->analysisHash, first) << "the same bytes, so the same blob";
  EXPECT_FALSE(library_.edits(id)->canUndo);
}

TEST_F(EditsTest, ANewAnalysisLeavesTheWorkOfHandsAlone) {
  const std::string id = add("a", found(120, 1));
  EXPECT_EQ(library_.countStale(), 1);
  EXPECT_EQ(library_.nextStale()->id, id);
  ASSERT_TRUE(setGrid(id, BeatGrid::fromBpm(0, 60)).ok());
  EXPECT_EQ(library_.countStale(), 1) << "an edit is no analysis";
  music::TrackInfo better = found(119.98);
  better.cues.clear();
  better.key.name = "C major";
  const Track now = library_.replaceAnalysis(id, better).valueOrThrow();
  EXPECT_NEAR(now.grid.bpm(), 60, 1e-9);
  EXPECT_EQ(now.key, "C major");
  EXPECT_TRUE(library_.analysis(now.analysisHash)->cues.empty());
  EXPECT_EQ(library_.countStale(), 0);
  ASSERT_TRUE(library_.step(id, Step::kUndo).ok());
  EXPECT_NEAR(bpmOf(id), 119.98, 1e-9) << "undone to what is known now";
}

TEST_F(EditsTest, AGridThatCameWithTheFileStays) {
  music::TrackInfo given = found(128, 1);
  given.given = true;
  const std::string id = add("a", given);
  const Track now = library_.replaceAnalysis(id, found(64)).valueOrThrow();
  EXPECT_NEAR(now.grid.bpm(), 128, 1e-9);
  EXPECT_FALSE(now.gridEdited);
}

TEST_F(EditsTest, ALockHoldsTheGridAgainstHandsAndAnalysers) {
  const std::string id = add("a", found(120));
  ASSERT_TRUE(setLock(id, true).ok());
  EXPECT_TRUE(library_.track(id)->locked);
  const auto refused = setGrid(id, BeatGrid::fromBpm(0, 100));
  EXPECT_EQ(refused.error().code(), ErrorCode::kConflict);
  EXPECT_THAT(refused.error().what(), HasSubstr("unlock"));
  ASSERT_TRUE(library_.replaceAnalysis(id, found(60)).ok());
  EXPECT_NEAR(bpmOf(id), 120, 1e-9);
  ASSERT_TRUE(setLock(id, false).ok());
  EXPECT_TRUE(setGrid(id, BeatGrid::fromBpm(0, 100)).ok());
}

TEST_F(EditsTest, TracksAreSortedAndFilteredByWhatWasHeard) {
  music::TrackInfo loud = found(128);
  loud.loudness.integratedLufs = -6;
  loud.key.name = "C minor";  // 5A, before A minor's 8A
  loud.energy = {0.9F};
  add("loud", loud);
  add("calm", found(100));
  TrackQuery query;
  for (const TrackSort sort : {TrackSort::kKey, TrackSort::kEnergy, TrackSort::kLoudness}) {
    query.sort = sort;
    EXPECT_EQ(library_.search(query).tracks.front().title, "loud");
  }
  query.key = "8A";
  EXPECT_EQ(library_.search(query).tracks.front().title, "calm");
  query.key = "nonsense";
  EXPECT_EQ(library_.search(query).total, 0);
  query.key = "";
  query.minBpm = 110;
  EXPECT_EQ(library_.search(query).total, 1);
  query.minBpm = 0;
  query.maxBpm = 110;
  EXPECT_EQ(library_.search(query).tracks.front().title, "calm");
}

TEST_F(EditsTest, FindsWhatMixes) {
  const std::string id = add("here", found(120));
  add("same key", found(126));
  music::TrackInfo clash = found(121);
  clash.key.name = "B flat minor";
  add("clash", clash);
  add("half", found(61));
  add("too fast", found(140));
  std::vector<std::string> titles;
  for (const Track& track : library_.mixable(id, 10).valueOrThrow()) titles.push_back(track.title);
  EXPECT_THAT(titles, ElementsAre("half", "same key", "clash"));
}

// A library of the first schema: rows keep their tracks, an edited grid becomes a step of history.
TEST(MigrationTest, BringsALibraryOfTheFirstVersionUpToDate) {
  const TempFolder folder;
  const std::string id = sha256Hex("old");
  {
    Library library(folder / "data");
    Track track;
    track.id = id;
    track.title = "old";
    library.add(track);
  }
  sqlite3* raw = nullptr;
  ASSERT_EQ(sqlite3_open((folder / "data/library.sqlite").c_str(), &raw), SQLITE_OK);
  const std::string back =
      "DROP INDEX jobs_ended; DROP INDEX jobs_by_sequence; ALTER TABLE jobs DROP COLUMN ended_at; "
      "ALTER TABLE jobs DROP COLUMN progress_at; "
      "ALTER TABLE jobs DROP COLUMN started_at; ALTER TABLE jobs DROP COLUMN not_before; ALTER "
      "TABLE jobs DROP COLUMN worker; ALTER TABLE jobs DROP COLUMN lease_until; ALTER TABLE jobs "
      "DROP COLUMN cancel_asked; "
      "DROP TABLE arena_trial_ratings; DROP TABLE arena_trial; DROP TABLE arena_participants; "
      "DROP TABLE arena_evolutions; DROP TABLE arena_voters; DROP TABLE arena_votes; DROP TABLE "
      "arena_results; DROP TABLE "
      "arena_clips; DROP TABLE arena_contestants; DROP TABLE arena_tournaments; "
      "DROP TABLE mixes; DROP TABLE mix_sounds; DROP TABLE verdicts; DROP TABLE edits; DROP TABLE "
      "fingerprint_words; DROP TABLE "
      "fingerprints; "
      "DROP INDEX tracks_by_analyser; "
      "ALTER TABLE tracks DROP COLUMN tempo_changes; ALTER TABLE tracks DROP COLUMN "
      "tempo_confidence; ALTER TABLE tracks DROP COLUMN key_order; ALTER TABLE tracks DROP COLUMN "
      "true_peak; ALTER TABLE tracks DROP COLUMN energy; ALTER TABLE tracks DROP COLUMN "
      "found_genre; ALTER TABLE tracks DROP COLUMN locked; ALTER TABLE tracks DROP COLUMN "
      "analyser_version; ALTER TABLE tracks DROP COLUMN base_hash; ALTER TABLE tracks DROP COLUMN "
      "edit_position; UPDATE tracks SET grid_edited = 1, anchor_frame = 12000, frames_per_beat = "
      "24000.5; PRAGMA user_version = 1;";
  char* problem = nullptr;
  ASSERT_EQ(sqlite3_exec(raw, back.c_str(), nullptr, nullptr, &problem), SQLITE_OK) << problem;
  sqlite3_close(raw);

  Library library(folder / "data");
  const EditState state = library.edits(id).valueOrThrow();
  ASSERT_TRUE(state.edits.grid);
  EXPECT_EQ(*state.edits.grid, (BeatGrid{12000, 24000.5, 0, {}}));
  EXPECT_TRUE(state.canUndo);
  EXPECT_EQ(library.countStale(), 1);
}

// Notes at random, so that a seed is a song.
std::vector<float> song(std::uint64_t seed) {
  Random random(seed);
  std::vector<float> out;
  double phase = 0;
  double step = 0;
  for (int i = 0; i < 20 * 48000; ++i) {
    if (i % 12000 == 0) {
      step = 220 * std::exp2(static_cast<double>(random.below(30)) / 12) / kSampleRate;
    }
    phase += step;
    const double wave = std::sin(2 * std::numbers::pi * phase);
    for (int c = 0; c < 2; ++c) out.push_back(static_cast<float>(0.4 * wave + 0.2 * wave * wave));
  }
  return out;
}

TEST(FingerprintIndexTest, TheSameSongInAnotherEncodingIsFound) {
  const TempFolder folder;
  Library library(folder / "data");
  ImportOptions options;
  options.worker = {std::string(DJU_BUILD_DIR) + "/dju_decode_worker", {}};
  const auto import = [&](const std::string& name, const std::vector<float>& sound, int format) {
    EXPECT_TRUE(writeSound(folder / name, sound, {format, 48000, 2, ""}));
    return importFile(library, folder / name, options).valueOrThrow();
  };
  const auto flac = import("a.flac", song(1), SF_FORMAT_FLAC | SF_FORMAT_PCM_16);
  import("other.flac", song(2), SF_FORMAT_FLAC | SF_FORMAT_PCM_16);
  std::vector<float> late(2 * 24000);
  const std::vector<float> sound = song(1);
  late.insert(late.end(), sound.begin(), sound.end());
  const auto vorbis = import("a.ogg", late, SF_FORMAT_OGG | SF_FORMAT_VORBIS);
  EXPECT_NE(vorbis.trackId, flac.trackId);
  EXPECT_TRUE(flac.same.empty());
  ASSERT_EQ(vorbis.same.size(), 1U);
  EXPECT_EQ(vorbis.same[0].trackId, flac.trackId);
  EXPECT_NEAR(vorbis.same[0].offsetSeconds, -0.5, 0.15);
  EXPECT_EQ(library.sameRecordings(flac.trackId)->at(0).trackId, vorbis.trackId);
  ASSERT_TRUE(library.remove(vorbis.trackId, "").ok());
  EXPECT_TRUE(library.sameRecordings(flac.trackId)->empty());
}

TEST(ReanalysisTest, DoesTheWholeLibraryAndThenRests) {
  const TempFolder folder;
  Library library(folder / "data");
  ImportOptions options;
  options.worker = {std::string(DJU_BUILD_DIR) + "/dju_decode_worker", {}};
  ASSERT_TRUE(writeSound(folder / "a.flac", dju::testing::clickTrack(12, 120, 48000),
                         {SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 48000, 2, ""}));
  const std::string id = importFile(library, folder / "a.flac", options).valueOrThrow().trackId;
  const Track before = library.track(id).valueOrThrow();
  Track lost = before;
  lost.id = sha256Hex("lost");
  ASSERT_TRUE(library.add(lost));
  library.markAllStale();
  EXPECT_EQ(library.countStale(), 2);
  JobQueue jobs(library.database());
  handleReanalysis(library, jobs);
  jobs.start(1);
  beginReanalysis(library, jobs);
  // The last job finds nothing stale and queues no other.
  while (library.countStale() > 0) std::this_thread::yield();
  jobs.stop();
  EXPECT_EQ(library.track(id)->analysisHash, before.analysisHash) << "the same sound";
  EXPECT_EQ(library.track(lost.id)->analysisHash, before.analysisHash) << "kept what it had";
}

// A library that a former analyser heard, in which a DJ has moved a grid since.
TEST(ReanalysisTest, HearsAgainWhatAnOlderAnalyserHeard) {
  const TempFolder folder;
  Library library(folder / "data");
  ImportOptions options;
  options.worker = {std::string(DJU_BUILD_DIR) + "/dju_decode_worker", {}};
  ASSERT_TRUE(writeSound(folder / "a.flac", dju::testing::clickTrack(12, 120, 48000),
                         {SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 48000, 2, ""}));
  const std::string id = importFile(library, folder / "a.flac", options).valueOrThrow().trackId;
  const Track fresh = library.track(id).valueOrThrow();
  EXPECT_FALSE(library.nextStale()) << "what was just heard is not heard again";
  music::TrackInfo older = library.analysis(fresh.analysisHash).valueOrThrow();
  older.analyser = music::kAnalyserVersion - 1;
  older.key = {"F# minor", 0.9, 0, {}};
  const Track before = library.replaceAnalysis(id, older).valueOrThrow();
  const auto moved = library.edit(id, "ana", [](music::TrackEdits& edits) -> Result<void> {
    edits.grid = BeatGrid::fromBpm(1, 60);
    return {};
  });
  ASSERT_TRUE(moved.ok());
  EXPECT_EQ(library.countStale(), 1);
  JobQueue jobs(library.database());
  handleReanalysis(library, jobs);
  jobs.start(1);
  beginReanalysis(library, jobs);
  while (library.countStale() > 0) std::this_thread::yield();
  jobs.stop();
  const Track now = library.track(id).valueOrThrow();
  EXPECT_EQ(now.analyserVersion, music::kAnalyserVersion);
  EXPECT_EQ(now.baseHash, fresh.baseHash) << "as this analyser heard it";
  EXPECT_EQ(now.key, fresh.key);
  EXPECT_NEAR(now.grid.bpm(), 60, 1e-9) << "hands outlive analysers";
  EXPECT_EQ(library.analysis(before.analysisHash)->key.name, "F# minor") << "battles name it still";
}

}  // namespace
}  // namespace dju::storage
