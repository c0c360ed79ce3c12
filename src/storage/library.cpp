#include "storage/library.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>

#include "audio/sha256.h"
#include "music/key_wheel.h"
#include "storage/fingerprint_index.h"
#include "storage/track_row.h"

namespace dju::storage {
namespace {

using nlohmann::json;

Error unknown(std::string_view id) {
  return {ErrorCode::kNotFound,
          fmt::format("track {}: no such track; see GET /api/v1/tracks", id.substr(0, 80))};
}

std::string_view orderOf(TrackSort sort) {
  switch (sort) {
    case TrackSort::kArtist:
      return "artist COLLATE NOCASE, title COLLATE NOCASE, id";
    case TrackSort::kBpm:
      return "frames_per_beat = 0, frames_per_beat DESC, id";
    case TrackSort::kAdded:
      return "added_at DESC, id";
    case TrackSort::kKey:
      return "key_order, title COLLATE NOCASE, id";
    case TrackSort::kEnergy:
      return "energy DESC, id";
    case TrackSort::kLoudness:
      return "loudness DESC, id";
    case TrackSort::kDuration:
      return "frames DESC, id";
    case TrackSort::kTitle:
      break;
  }
  return "title COLLATE NOCASE, artist COLLATE NOCASE, id";
}

// A LIKE pattern that finds the word anywhere, its own wildcards taken literally.
std::string patternOf(const std::string& word) {
  std::string pattern = "%";
  for (const char c : word) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern + '%';
}

struct Filter {
  std::string where = "1";
  std::vector<std::string> values;
};

Filter filterOf(const TrackQuery& query) {
  constexpr std::size_t kMaxWords = 16;
  Filter filter;
  if (!query.crate.empty()) {
    filter.where += " AND id IN (SELECT track FROM crate_tracks WHERE crate = ?)";
    filter.values.push_back(query.crate);
  }
  // Numbers of our own making, so they may stand in the text.
  if (query.minBpm > 0) {
    filter.where += fmt::format(" AND frames_per_beat > 0 AND frames_per_beat <= {:.9f}",
                                kSampleRate * 60.0 / query.minBpm);
  }
  if (query.maxBpm > 0) {
    filter.where +=
        fmt::format(" AND frames_per_beat >= {:.9f}", kSampleRate * 60.0 / query.maxBpm);
  }
  if (!query.key.empty()) {
    const auto key = music::parseKey(query.key);
    filter.where += fmt::format(" AND key_order = {}", key ? music::wheelOrder(*key) : -1);
  }
  std::istringstream words(query.text.substr(0, 500));
  for (std::string word; filter.values.size() < kMaxWords && words >> word;) {
    filter.where += " AND searchable LIKE ? ESCAPE '\\'";
    filter.values.push_back(patternOf(word));
  }
  return filter;
}

// The places on the wheel of keys that do not clash with a key, for SQL's IN.
std::string keysMixingWith(const std::string& name) {
  const auto key = music::parseKey(name);
  if (!key) return "-1";
  std::string places;
  for (int tonic = 0; tonic < 12; ++tonic) {
    for (const music::KeyMode mode : {music::KeyMode::kMajor, music::KeyMode::kMinor}) {
      const music::Key other{tonic, mode};
      if (!music::mixesWith(*key, other)) continue;
      places += fmt::format("{}{}", places.empty() ? "" : ",", music::wheelOrder(other));
    }
  }
  return places;
}

void makeFolder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    throw Error(ErrorCode::kUnavailable,
                fmt::format("cannot make the folder \"{}\": {}", folder.string(), error.message()));
  }
}

std::filesystem::path prepared(const std::filesystem::path& folder) {
  for (const char* part : {"", "pcm", "sources", "tmp", "blobs"}) makeFolder(folder / part);
  return folder;
}

}  // namespace

json gridToJson(const Track& track) {
  json out = {{"anchorSeconds", track.grid.anchorSeconds()},
              {"bpm", track.grid.bpm()},
              {"edited", track.gridEdited},
              {"locked", track.locked},
              {"analysisHash", track.analysisHash}};
  if (track.grid.constant()) return out;
  json& changes = out["changes"] = json::array();
  for (const TempoChange& change : track.grid.changes()) {
    changes.push_back({{"beat", change.beat},
                       {"seconds", change.frame / kSampleRate},
                       {"bpm", kSampleRate * 60.0 / change.framesPerBeat}});
  }
  return out;
}

json toJson(const Track& track) {
  json grid = gridToJson(track);
  grid.erase("analysisHash");
  json out = {{"id", track.id},
              {"title", track.title},
              {"artist", track.artist},
              {"album", track.album},
              {"genre", track.genre},
              {"durationSeconds", track.durationSeconds()},
              {"frames", track.frames},
              {"bpm", track.grid.bpm()},
              {"grid", std::move(grid)},
              {"addedAt", track.addedAt},
              {"format", track.format},
              {"bitrate", track.bitrate},
              {"hasCover", !track.coverHash.empty()},
              {"tempoConfidence", track.tempoConfidence},
              {"loudnessLufs", track.loudnessLufs},
              {"analysisHash", track.analysisHash}};
  if (!track.key.empty()) out["key"] = track.key;
  if (const auto key = music::parseKey(track.key)) out["camelot"] = music::camelotName(*key);
  if (track.energy >= 0) out["energy"] = track.energy;
  if (!track.foundGenre.empty()) out["foundGenre"] = track.foundGenre;
  if (!track.uploader.empty()) out["uploader"] = track.uploader;
  if (!track.license.empty()) out["license"] = track.license;
  if (!track.source.empty()) out["source"] = track.source;
  return out;
}

Result<TrackSort> parseTrackSort(std::string_view text) {
  if (text.empty() || text == "title") return TrackSort::kTitle;
  if (text == "artist") return TrackSort::kArtist;
  if (text == "bpm") return TrackSort::kBpm;
  if (text == "added") return TrackSort::kAdded;
  if (text == "key") return TrackSort::kKey;
  if (text == "energy") return TrackSort::kEnergy;
  if (text == "loudness") return TrackSort::kLoudness;
  if (text == "duration") return TrackSort::kDuration;
  return Error(ErrorCode::kInvalid,
               fmt::format("sort \"{}\": title, artist, bpm, added, key, energy, loudness or "
                           "duration are possible",
                           text.substr(0, 40)));
}

Library::Library(const std::filesystem::path& dataFolder)
    : folder_(prepared(std::filesystem::absolute(dataFolder))),
      database_(folder_ / "library.sqlite"),
      blobs_(folder_ / "blobs") {}

TrackPage Library::search(const TrackQuery& query) {
  const Filter filter = filterOf(query);
  Database::Session session = database_.session();
  TrackPage page;
  Statement count = session.prepare("SELECT count(*) FROM tracks WHERE " + filter.where);
  for (const std::string& value : filter.values) count.bind(value);
  count.step();
  page.total = count.integer(0);
  Statement rows =
      session.prepare(fmt::format("SELECT {} FROM tracks WHERE {} ORDER BY {} LIMIT ? "
                                  "OFFSET ?",
                                  trackColumns(), filter.where, orderOf(query.sort)));
  for (const std::string& value : filter.values) rows.bind(value);
  rows.bind(std::clamp(query.limit, 0, 500)).bind(std::max(query.offset, 0));
  while (rows.step()) page.tracks.push_back(readTrack(rows));
  return page;
}

Result<Track> Library::track(std::string_view id) {
  Database::Session session = database_.session();
  Statement row =
      session.prepare(fmt::format("SELECT {} FROM tracks WHERE id = ?", trackColumns()));
  if (row.bind(id).step()) return readTrack(row);
  return unknown(id);
}

bool Library::add(const Track& track, const std::string& fingerprint) {
  if (!isSha256Hex(track.id))
    throw Error(ErrorCode::kInvalid, "a track id must be a SHA-256 in hex");
  Database::Session session = database_.session(Database::Mode::kTransaction);
  const bool added = insertTrack(session, track);
  if (added) putFingerprint(session, track.id, track.durationSeconds(), fingerprint);
  session.commit();
  return added;
}

Result<Track> Library::changeable(std::string_view id, std::string_view player) {
  Result<Track> found = track(id);
  if (!found || player.empty() || found->uploader == player) return found;
  return Error(ErrorCode::kForbidden,
               fmt::format("track {}: only who uploaded it or an operator of the server may change "
                           "it; ask the operator, or to become one (--operator {})",
                           found->id, player));
}

Result<Track> Library::remove(std::string_view id, std::string_view player) {
  Result<Track> found = changeable(id, player);
  if (!found) return found;
  {
    Database::Session session = database_.session();
    session.prepare("DELETE FROM tracks WHERE id = ?").bind(id).run();
  }
  // A mapped PCM file stays readable for the battles that play it.
  std::error_code error;
  std::filesystem::remove(pcmFolder() / (found->id + ".pcm"), error);
  std::filesystem::remove(sourcePath(*found), error);
  return found;
}

Result<std::vector<Track>> Library::mixable(std::string_view id, int limit) {
  constexpr double kReach = 0.06;  // a tempo fader's, and what key lock still does well
  const Result<Track> found = track(id);
  if (!found) return found.error();
  std::vector<Track> tracks;
  if (!found->grid.valid()) return tracks;
  const double beat = found->grid.framesPerBeat;
  std::string near =
      "min(abs(frames_per_beat / {0} - 1), abs(frames_per_beat / {0} - 2) / 2, "
      "abs(frames_per_beat / {0} - 0.5) * 2)";
  near = fmt::format(fmt::runtime(near), beat);
  Database::Session session = database_.session();
  Statement rows = session.prepare(
      fmt::format("SELECT {} FROM tracks WHERE id <> ? AND frames_per_beat > 0 AND {} <= {} "
                  "ORDER BY key_order NOT IN ({}), {}, id LIMIT ?",
                  trackColumns(), near, kReach, keysMixingWith(found->key), near));
  rows.bind(id).bind(limit);
  while (rows.step()) tracks.push_back(readTrack(rows));
  return tracks;
}

Result<music::TrackInfo> Library::analysis(std::string_view analysisHash) const {
  Result<std::string> bytes = blobs_.get(analysisHash);
  if (!bytes) return bytes.error();
  return music::parseTrackInfo(*bytes);
}

Result<audio::Cover> Library::cover(std::string_view id) {
  const Result<Track> found = track(id);
  if (!found) return found.error();
  if (found->coverHash.empty()) {
    return Error(ErrorCode::kNotFound, fmt::format("track {}: it has no cover", found->id));
  }
  Result<std::string> bytes = blobs_.get(found->coverHash);
  if (!bytes) return bytes.error();
  return audio::Cover{found->coverType, *bytes};
}

Result<std::string> Library::waveform(std::string_view id) {
  const Result<Track> found = track(id);
  if (!found) return found.error();
  return blobs_.get(found->waveformHash);
}

std::filesystem::path Library::sourcePath(const Track& track) const {
  return sourceFolder() / (track.id + "." + track.format);
}

}  // namespace dju::storage
