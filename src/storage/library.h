// The tracks of a server: rows, crates, grids, covers and waveforms, in a data folder
//   library.sqlite   rows            blobs/    covers, waveforms, analyses, by hash
//   pcm/ID.pcm       decoded sound   sources/  the files as they came, by track id
//   tmp/             work in progress
// Callers: HTTP API, import, battles (analysis of a track). Any thread.
//
// A track's row shows its effective analysis: what was found (the blob baseHash) with the edits of
// people applied (the blob analysisHash). Edits are steps of a history, each a whole TrackEdits.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "audio/decode.h"
#include "core/error.h"
#include "music/track_edits.h"
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
  double tempoConfidence = 0;  // 0 to 1
  bool gridEdited = false;     // a person set it
  bool locked = false;         // and nobody is to change it
  std::string key;
  double loudnessLufs = -70;
  double truePeakDbtp = -70;
  double energy = -1;                // 0 to 1, mean of the track; -1 = unknown
  std::string foundGenre;            // by the analysis; genre is the file's tag
  std::int64_t addedAt = 0;          // ms since the Unix epoch
  std::string format;                // mp3, m4a, flac …
  int bitrate = 0;                   // bit/s
  std::string coverHash, coverType;  // empty = no cover
  std::string uploader;              // player id; empty = imported by the operator
  std::string license, source;
  std::string analysisHash, waveformHash, pcmHash;
  std::string baseHash;  // of the analysis without edits
  int analyserVersion = 0;

  double durationSeconds() const { return static_cast<double>(frames) / kSampleRate; }
};

// The Track object of docs/protocol.md.
nlohmann::json toJson(const Track& track);
// {anchorSeconds, bpm, changes?, edited, locked, analysisHash} of docs/protocol.md.
nlohmann::json gridToJson(const Track& track);

enum class TrackSort { kTitle, kArtist, kBpm, kAdded, kKey, kEnergy, kLoudness, kDuration };
Result<TrackSort> parseTrackSort(std::string_view text);

struct TrackQuery {
  std::string text;   // words, each of which must occur in title, artist, album or genre
  std::string crate;  // id; empty = all tracks
  double minBpm = 0, maxBpm = 0;  // 0 = any
  std::string key;                // in any notation; empty = any
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

// What people have done to a track and what can be done to that.
struct EditState {
  music::TrackEdits edits;
  bool canUndo = false, canRedo = false;
};

// Another track of the library that is the same recording.
struct SameRecording {
  std::string trackId;
  double errors = 1;         // share of the fingerprint's bits that differ
  double offsetSeconds = 0;  // how much later the same sound comes there
};

class Library {
 public:
  // Makes the folder and everything in it when missing. Throws Error naming the path.
  explicit Library(const std::filesystem::path& dataFolder);

  TrackPage search(const TrackQuery& query);
  Result<Track> track(std::string_view id);
  // Adds a row, found from then on by its acoustic fingerprint too. False when a track with that id
  // is there already (two imports at once: one wins).
  bool add(const Track& track, const std::string& fingerprint = {});
  // The track, if `player` may change it: only its uploader may (kForbidden otherwise, with the way
  // out). An empty player is an operator, who may change every track.
  Result<Track> changeable(std::string_view id, std::string_view player);
  // For whom it is changeable. Blobs that a battle log may name stay.
  Result<Track> remove(std::string_view id, std::string_view player);

  // A new step of the history: `change` gets the edits that are in force and changes them. The new
  // effective analysis is stored and becomes the track's; earlier ones stay for the logs that name
  // them. Steps that were undone are forgotten. Locking a grid keeps it through re-analysis; the
  // grid of a locked track cannot be changed (kConflict).
  using EditChange = std::function<Result<void>(music::TrackEdits&)>;
  Result<Track> edit(std::string_view id, std::string_view player, const EditChange& change);
  // One step back or forth. kConflict when there is none.
  enum class HistoryStep { kUndo, kRedo };
  Result<Track> step(std::string_view id, HistoryStep step);
  Result<EditState> edits(std::string_view id);

  // What a later analyser found takes the place of what was known; edits, and a grid and key that
  // came with the file, stay.
  Result<Track> replaceAnalysis(std::string_view id, const music::TrackInfo& found);
  // Tracks that an older analyser than this program's has seen, oldest first, and one of them.
  std::int64_t countStale();
  std::optional<Track> nextStale();
  void markAllStale();
  // Not tried again by this version: its sound cannot be had.
  void giveUpOn(std::string_view id);

  // The same song in other encodings, nearest first, by acoustic fingerprint.
  Result<std::vector<SameRecording>> sameRecordings(std::string_view id);

  // The analysis of that hash, also one that was replaced since.
  Result<music::TrackInfo> analysis(std::string_view analysisHash) const;
  Result<audio::Cover> cover(std::string_view id);
  Result<std::string> waveform(std::string_view id);

  // Tracks that mix with this one: tempo within 6 %, half or double; keys that do not clash first,
  // then the nearest tempo.
  Result<std::vector<Track>> mixable(std::string_view id, int limit);

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
  // Applies edits to the base analysis and writes row and blob, inside the caller's transaction.
  void store(Database::Session& session, Track& track, const music::TrackInfo& base,
             const music::TrackEdits& edits);

  std::filesystem::path folder_;
  Database database_;
  BlobStore blobs_;
};

}  // namespace dju::storage
