// The tracks of a server: rows, crates, grids, covers and waveforms, in a data folder
//   library.sqlite   rows            blobs/    covers, waveforms, analyses, by hash
//   pcm/ID.pcm       decoded sound   sources/  the files as they came, by track id
//   tmp/             work in progress
// Callers: HTTP API, import, battles (analysis of a track). Any thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "audio/decode.h"
#include "core/error.h"
#include "music/track_info.h"
#include "storage/blob_store.h"
#include "storage/database.h"

namespace dju::storage {

// A track as docs/protocol.md shows it, and a little more for the server itself.
struct Track {
  std::string id;  // SHA-256 of its packets
  std::string title, artist, album, genre;
  FrameCount frames = 0;
  BeatGrid grid;
  bool gridEdited = false;
  std::string key;
  double loudnessLufs = -70;
  std::int64_t addedAt = 0;          // ms since the Unix epoch
  std::string format;                // mp3, m4a, flac …
  int bitrate = 0;                   // bit/s
  std::string coverHash, coverType;  // empty = no cover
  std::string uploader;              // player id; empty = imported by the operator
  std::string license, source;
  std::string analysisHash, waveformHash, pcmHash;

  double durationSeconds() const { return static_cast<double>(frames) / kSampleRate; }
};

// The Track object of docs/protocol.md.
nlohmann::json toJson(const Track& track);
// {anchorSeconds, bpm, edited, analysisHash} of docs/protocol.md.
nlohmann::json gridToJson(const Track& track);

enum class TrackSort { kTitle, kArtist, kBpm, kAdded };
Result<TrackSort> parseTrackSort(std::string_view text);

struct TrackQuery {
  std::string text;   // words, each of which must occur in title, artist, album or genre
  std::string crate;  // id; empty = all tracks
  TrackSort sort = TrackSort::kTitle;
  int limit = 50;  // at most 500
  int offset = 0;
};

struct TrackPage {
  std::int64_t total = 0;
  std::vector<Track> tracks;
};

struct Crate {
  std::string id;
  std::string name;
  std::string owner;                // player id; empty = the operator's, which everybody sees
  std::vector<std::string> tracks;  // ids, in order
};

nlohmann::json toJson(const Crate& crate);

struct CrateChange {
  std::optional<std::string> name;
  std::vector<std::string> add, remove;  // track ids
};

class Library {
 public:
  // Makes the folder and everything in it when missing. Throws Error naming the path.
  explicit Library(const std::filesystem::path& dataFolder);

  TrackPage search(const TrackQuery& query);
  Result<Track> track(std::string_view id);
  // Adds a row. False when a track with that id is there already (two imports at once: one wins).
  bool add(const Track& track);
  // The track, if `player` may change it: only its uploader may (kForbidden otherwise, with the way
  // out). An empty player is an operator, who may change every track.
  Result<Track> changeable(std::string_view id, std::string_view player);
  // For whom it is changeable. Blobs that a battle log may name stay.
  Result<Track> remove(std::string_view id, std::string_view player);

  // Stores a new analysis with this grid and makes it the track's. bpm 20 to 400, the anchor within
  // the track. Earlier analyses stay for the logs that name them.
  Result<Track> editGrid(std::string_view id, double anchorSeconds, double bpm);
  // The analysis of that hash, also one that was replaced since.
  Result<music::TrackInfo> analysis(std::string_view analysisHash) const;
  Result<audio::Cover> cover(std::string_view id);
  Result<std::string> waveform(std::string_view id);

  std::vector<Crate> crates(std::string_view player);
  Result<Crate> crate(std::string_view id);
  Result<Crate> addCrate(std::string_view name, std::string_view owner);
  Result<Crate> changeCrate(std::string_view id, std::string_view player,
                            const CrateChange& change);
  Result<Crate> removeCrate(std::string_view id, std::string_view player);

  Database& database() { return database_; }
  BlobStore& blobs() { return blobs_; }
  const BlobStore& blobs() const { return blobs_; }
  const std::filesystem::path& folder() const { return folder_; }
  std::filesystem::path pcmFolder() const { return folder_ / "pcm"; }
  std::filesystem::path sourceFolder() const { return folder_ / "sources"; }
  std::filesystem::path tempFolder() const { return folder_ / "tmp"; }
  // The file as it came.
  std::filesystem::path sourcePath(const Track& track) const;

 private:
  std::filesystem::path folder_;
  Database database_;
  BlobStore blobs_;
};

}  // namespace dju::storage
