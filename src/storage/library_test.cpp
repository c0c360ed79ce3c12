#include "storage/library.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "audio/test_files.h"
#include "storage/import.h"
#include "storage/pcm_cache.h"

namespace dju::storage {
namespace {

using dju::testing::clickTrack;
using dju::testing::TempFolder;
using dju::testing::writeSound;
using ::testing::HasSubstr;

audio::DecodeWorker testWorker() {
  return {std::string(DJU_BUILD_DIR) + "/dju_decode_worker", {}};
}

void writeText(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path) << text;
}

class LibraryTest : public ::testing::Test {
 protected:
  Imported import(const std::filesystem::path& file, ImportOptions options = {}) {
    options.worker = testWorker();
    return importFile(library_, file, options).valueOrThrow();
  }
  std::filesystem::path click(const std::string& name, double bpm) {
    std::filesystem::path path = folder_ / name;
    EXPECT_TRUE(writeSound(path, clickTrack(6, bpm, 48000),
                           {SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 48000, 2, ""}));
    return path;
  }

  TempFolder folder_;
  Library library_{folder_ / "data"};
};

TEST_F(LibraryTest, ImportsATrackWithEverythingItNeeds) {
  ImportOptions options;
  options.license = "CC0-1.0";
  const Imported imported = import(click("My Song.flac", 120), options);
  EXPECT_FALSE(imported.known);
  const Track track = library_.track(imported.trackId).valueOrThrow();
  EXPECT_EQ(track.title, "My Song");
  EXPECT_EQ(track.license, "CC0-1.0");
  EXPECT_EQ(track.frames, 6 * 48000);
  EXPECT_NEAR(track.grid.bpm(), 120, 0.05);
  EXPECT_EQ(library_.waveform(track.id)->substr(0, 4), "DJUW");
  EXPECT_EQ(library_.analysis(track.analysisHash)->pcmHash, track.pcmHash);
  EXPECT_TRUE(std::filesystem::exists(library_.sourcePath(track)));
  EXPECT_TRUE(std::filesystem::is_empty(library_.tempFolder()));
  const nlohmann::json json = toJson(track);
  EXPECT_EQ(json.at("license"), "CC0-1.0");
  EXPECT_FALSE(json.contains("source"));
  EXPECT_EQ(library_.cover(track.id).error().code(), ErrorCode::kNotFound);
}

TEST_F(LibraryTest, KnowsATrackItHas) {
  const auto file = click("a.flac", 120);
  EXPECT_FALSE(import(file).known);
  EXPECT_TRUE(import(file).known);
  EXPECT_EQ(library_.search({}).total, 1);
}

TEST_F(LibraryTest, TwoImportsOfTheSameSoundAtOnceMakeOneTrack) {
  const auto file = click("a.flac", 120);
  std::vector<std::thread> threads;
  std::atomic<int> fresh{0}, failed{0};
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      ImportOptions options;
      options.worker = testWorker();
      const auto one = importFile(library_, file, options);
      if (!one) ++failed;
      if (one && !one->known) ++fresh;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(fresh, 1);
  EXPECT_EQ(library_.search({}).total, 1);
  EXPECT_TRUE(std::filesystem::is_empty(library_.tempFolder()));
}

TEST_F(LibraryTest, ImportsAFolderAndListsWhatFails) {
  std::filesystem::create_directories(folder_ / "music/sub");
  click("music/a.flac", 120);
  click("music/sub/b.flac", 130);
  writeText(folder_ / "music/bad.mp3", "no sound");
  writeText(folder_ / "music/readme.txt", "not tried");
  writeText(folder_ / "music/licenses.json",
            R"({"a.flac": {"author": "Ada", "license": "CC-BY-4.0", "source": "here"}})");
  writeText(folder_ / "music/a.beats.json", R"({"bpm": 121.5, "anchorSeconds": 0.5, "key": "Am"})");
  int calls = 0;
  const auto done =
      importDirectory(
          library_, folder_ / "music", 2,
          [&](const DirectoryProgress& p) { EXPECT_EQ(p.done, ++calls); }, testWorker())
          .valueOrThrow();
  EXPECT_EQ(done.imported, 2);
  EXPECT_EQ(calls, 3);
  ASSERT_EQ(done.errors.size(), 1U);
  EXPECT_THAT(done.errors[0], HasSubstr("bad.mp3"));
  TrackQuery query;
  query.text = "ada";
  const TrackPage page = library_.search(query);
  ASSERT_EQ(page.tracks.size(), 1U);
  EXPECT_EQ(page.tracks[0].key, "A minor");
  EXPECT_NEAR(page.tracks[0].grid.bpm(), 121.5, 1e-9);
  EXPECT_FALSE(importDirectory(library_, folder_ / "none", 1).ok());
}

TEST_F(LibraryTest, NamesOfFilesStayNames) {
  ImportOptions options;
  options.fileName = "../../../etc/passwd.flac";
  const Track track = library_.track(import(click("a.flac", 120), options).trackId).valueOrThrow();
  EXPECT_EQ(track.title, "passwd");
  EXPECT_EQ(library_.sourcePath(track).parent_path(), library_.sourceFolder());
  options.fileName = "..";
  options.worker = testWorker();
  writeText(folder_ / "x", "no sound");
  EXPECT_FALSE(importFile(library_, folder_ / "x", options).ok());
  EXPECT_FALSE(library_.blobs().get("../library.sqlite").ok());
  EXPECT_FALSE(library_.track("../../x").ok());
}

Track row(const std::string& title, const std::string& artist, double bpm) {
  Track track;
  track.id = sha256Hex(title + artist);
  track.title = title;
  track.artist = artist;
  track.frames = 480000;
  track.grid = BeatGrid::fromBpm(0, bpm);
  return track;
}

TEST_F(LibraryTest, SearchesByAllWordsAndSorts) {
  library_.add(row("Night Drive", "Zoe", 120));
  library_.add(row("Morning", "Night Owl", 128));
  library_.add(row("100% pure", "adam", 90));
  EXPECT_FALSE(library_.add(row("Morning", "Night Owl", 128)));
  TrackQuery query;
  query.text = "NIGHT";
  EXPECT_EQ(library_.search(query).total, 2);
  query.text = "night owl";
  EXPECT_EQ(library_.search(query).total, 1);
  query.text = "0%";
  EXPECT_EQ(library_.search(query).total, 1);
  query.text = "%";
  EXPECT_EQ(library_.search(query).total, 1);
  query.text = "'; DROP TABLE tracks; --";
  EXPECT_EQ(library_.search(query).total, 0);
  query.text = "";
  query.sort = TrackSort::kArtist;
  EXPECT_EQ(library_.search(query).tracks.front().artist, "adam");
  query.sort = TrackSort::kBpm;
  EXPECT_EQ(library_.search(query).tracks.front().artist, "adam");
  query.limit = 1;
  query.offset = 2;
  EXPECT_EQ(library_.search(query).tracks.size(), 1U);
  EXPECT_FALSE(parseTrackSort("size").ok());
}

TEST_F(LibraryTest, ATrackIsChangedByItsUploaderAndByAnOperator) {
  ImportOptions options;
  options.uploader = "ana";
  const std::string anas = import(click("a.flac", 120), options).trackId;
  const std::string operators = import(click("b.flac", 130)).trackId;
  EXPECT_TRUE(library_.changeable(anas, "ana").ok());
  EXPECT_TRUE(library_.changeable(anas, "").ok());
  EXPECT_TRUE(library_.changeable(operators, "").ok());
  EXPECT_EQ(library_.changeable(operators, "ana").error().code(), ErrorCode::kForbidden);
  const Error refusal = library_.changeable(anas, "bob").error();
  EXPECT_EQ(refusal.code(), ErrorCode::kForbidden);
  EXPECT_NE(std::string(refusal.what()).find("--operator bob"), std::string::npos);
  EXPECT_EQ(library_.changeable("none", "").error().code(), ErrorCode::kNotFound);
}

TEST_F(LibraryTest, OnlyItsUploaderDeletesATrack) {
  ImportOptions options;
  options.uploader = "ana";
  const std::string id = import(click("a.flac", 120), options).trackId;
  EXPECT_EQ(library_.remove(id, "bob").error().code(), ErrorCode::kForbidden);
  EXPECT_TRUE(library_.remove(id, "ana").ok());
  EXPECT_FALSE(library_.track(id).ok());
  EXPECT_TRUE(std::filesystem::is_empty(library_.pcmFolder()));
  EXPECT_TRUE(std::filesystem::is_empty(library_.sourceFolder()));
}

TEST_F(LibraryTest, KeepsCrates) {
  library_.add(row("One", "A", 120));
  const std::string track = row("One", "A", 120).id;
  const Crate crate = library_.addCrate("Warm-up", "ana").valueOrThrow();
  CrateChange change;
  change.add = {track, "unknown", track};
  EXPECT_EQ(library_.changeCrate(crate.id, "bob", change).error().code(), ErrorCode::kForbidden);
  EXPECT_EQ(library_.changeCrate(crate.id, "ana", change)->tracks, std::vector{track});
  TrackQuery query;
  query.crate = crate.id;
  EXPECT_EQ(library_.search(query).total, 1);
  EXPECT_TRUE(library_.crates("bob").empty());
  EXPECT_TRUE(library_.remove(track, "").ok());
  EXPECT_TRUE(library_.crate(crate.id)->tracks.empty());
  EXPECT_TRUE(library_.removeCrate(crate.id, "ana").ok());
  EXPECT_FALSE(library_.addCrate("", "ana").ok());
}

TEST_F(LibraryTest, RestoresLostPcmToTheSameSamples) {
  const Track track = library_.track(import(click("a.flac", 120)).trackId).valueOrThrow();
  EXPECT_FALSE(restorePcm(library_, track, testWorker()).valueOrThrow());
  std::filesystem::remove(library_.pcmFolder() / (track.id + ".pcm"));
  EXPECT_TRUE(restorePcm(library_, track, testWorker()).valueOrThrow());
  Track other = track;
  other.pcmHash = "0";
  EXPECT_EQ(restorePcm(library_, other, testWorker()).error().code(), ErrorCode::kConflict);
}

TEST_F(LibraryTest, PcmIsSharedKeptWarmAndBoundedByTheBudget) {
  const std::string a = import(click("a.flac", 120)).trackId;
  const std::string b = import(click("b.flac", 130)).trackId;
  const std::int64_t one = audio::kPcmHeaderBytes + 6 * 48000 * 4;
  PcmCache cache(library_.pcmFolder(), one + 100);
  TrackHandle first = cache.acquire(a).get().valueOrThrow();
  EXPECT_EQ(first->audio().frames, 6 * 48000);
  EXPECT_EQ(cache.acquire(a).get().valueOrThrow().get(), first.get());
  const auto refused = cache.acquire(b).get();
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code(), ErrorCode::kUnavailable);
  EXPECT_THAT(refused.error().what(), HasSubstr("no room to load it"));
  first.reset();
  EXPECT_EQ(cache.residentBytes(), one);
  EXPECT_TRUE(cache.acquire(b).get().ok());
  EXPECT_FALSE(cache.acquire("../x").get().ok());
  EXPECT_EQ(cache.acquire(sha256Hex("none")).get().error().code(), ErrorCode::kNotFound);
}

TEST(LibraryFolderTest, SaysWhatItCannotMake) {
  TempFolder folder;
  writeText(folder / "file", "x");
  try {
    Library library(folder / "file");
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr((folder / "file").string()));
  }
  writeText(folder / "db", std::string(5000, 'x'));
  EXPECT_THROW(Database(folder / "db"), Error);
}

}  // namespace
}  // namespace dju::storage
