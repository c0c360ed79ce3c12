#include "storage/interchange/mixxx.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <map>
#include <memory>

#include "music/track_edits.h"
#include "storage/interchange/beat_markers.h"

namespace dju::storage {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::size_t kMaxBeats = 100000;

// One field of a Protocol Buffers message: its number and what it holds.
struct Field {
  std::uint32_t number = 0;
  std::uint64_t value = 0;  // of a varint, or the bits of a double
  Bytes bytes;              // of a message or text
};

std::optional<std::uint64_t> takeVarint(Bytes& bytes) {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
    const std::uint8_t byte = bytes.front();
    bytes = bytes.subspan(1);
    value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) return value;
  }
  return std::nullopt;
}

// The next field; nothing at the end and where the message is damaged.
std::optional<Field> takeField(Bytes& bytes) {
  const auto tag = takeVarint(bytes);
  if (!tag) return std::nullopt;
  Field field;
  field.number = static_cast<std::uint32_t>(*tag >> 3);
  std::size_t length = 0;
  switch (*tag & 7) {
    case 0: {
      const auto value = takeVarint(bytes);
      if (!value) return std::nullopt;
      field.value = *value;
      return field;
    }
    case 1:
      length = 8;
      break;
    case 2: {
      const auto size = takeVarint(bytes);
      if (!size || *size > bytes.size()) return std::nullopt;
      length = static_cast<std::size_t>(*size);
      break;
    }
    case 5:
      length = 4;
      break;
    default:
      return std::nullopt;
  }
  if (length > bytes.size()) return std::nullopt;
  field.bytes = bytes.first(length);
  bytes = bytes.subspan(length);
  if ((*tag & 7) == 1) std::memcpy(&field.value, field.bytes.data(), 8);
  return field;
}

// Beat {frame_position = 1}
std::optional<double> beatFrame(Bytes message) {
  while (const auto field = takeField(message)) {
    if (field->number == 1) return static_cast<double>(static_cast<std::int32_t>(field->value));
  }
  return std::nullopt;
}

// BeatGrid {bpm = 1 {bpm = 1}, first_beat = 2}
std::optional<BeatGrid> parseBeatGrid(Bytes message, double sampleRate) {
  double bpm = 0;
  std::optional<double> first;
  while (const auto field = takeField(message)) {
    if (field->number == 2) first = beatFrame(field->bytes);
    if (field->number != 1) continue;
    Bytes inner = field->bytes;
    while (const auto part = takeField(inner)) {
      if (part->number == 1) bpm = std::bit_cast<double>(part->value);
    }
  }
  if (!first) return std::nullopt;
  const BeatMarker marker{0, *first / sampleRate};
  return gridThrough({&marker, 1}, bpm);
}

// BeatMap {repeated beat = 1}: every beat, none of which is known to be a downbeat.
std::optional<BeatGrid> parseBeatMap(Bytes message, double sampleRate) {
  std::vector<BeatMarker> markers;
  while (const auto field = takeField(message)) {
    if (field->number != 1 || markers.size() >= kMaxBeats) continue;
    const auto frame = beatFrame(field->bytes);
    if (frame) markers.push_back({static_cast<double>(markers.size()), *frame / sampleRate});
  }
  return gridThrough(markers, 0);
}

// BeatGrid-1.0 is the memory of a struct: BPM and first beat in samples, both double.
std::optional<BeatGrid> parseOldGrid(Bytes blob, double sampleRate) {
  if (blob.size() < 16) return std::nullopt;
  double values[2];
  std::memcpy(values, blob.data(), sizeof values);
  const BeatMarker marker{0, values[1] / 2 / sampleRate};
  return gridThrough({&marker, 1}, values[0]);
}

struct CloseDatabase {
  void operator()(sqlite3* database) const { sqlite3_close(database); }
};
struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using DatabasePtr = std::unique_ptr<sqlite3, CloseDatabase>;
using StatementPtr = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

StatementPtr prepare(sqlite3* database, const char* sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(database, sql, -1, &statement, nullptr) != SQLITE_OK) {
    throw Error(ErrorCode::kInvalid,
                fmt::format("not a database of Mixxx that we know: {}", sqlite3_errmsg(database)));
  }
  return StatementPtr(statement);
}

std::string text(sqlite3_stmt* row, int column) {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(row, column));
  return bytes == nullptr ? "" : std::string(bytes).substr(0, 512);
}

Bytes blob(sqlite3_stmt* row, int column) {
  return {static_cast<const std::uint8_t*>(sqlite3_column_blob(row, column)),
          static_cast<std::size_t>(sqlite3_column_bytes(row, column))};
}

// Positions are samples of both channels together.
std::multimap<std::int64_t, music::CuePoint> readCues(sqlite3* database) {
  constexpr int kHotCue = 1, kMainCue = 2, kLoop = 4;
  std::multimap<std::int64_t, music::CuePoint> cues;
  const StatementPtr rows = prepare(database,
                                    "SELECT c.track_id, c.type, c.position / 2.0 / l.samplerate, "
                                    "c.length / 2.0 / l.samplerate, c.hotcue, c.label, c.color "
                                    "FROM cues c JOIN library l ON l.id = c.track_id "
                                    "WHERE l.samplerate > 0 ORDER BY c.track_id, c.position");
  while (sqlite3_step(rows.get()) == SQLITE_ROW) {
    const int type = sqlite3_column_int(rows.get(), 1);
    if (type != kHotCue && type != kMainCue && type != kLoop) continue;
    music::CuePoint cue;
    cue.time = sqlite3_column_double(rows.get(), 2);
    cue.kind = type == kLoop ? "loop" : "cue";
    if (type == kLoop) cue.length = std::max(0.0, sqlite3_column_double(rows.get(), 3));
    const int number = sqlite3_column_int(rows.get(), 4);
    cue.slot = type != kMainCue && number >= 0 && number < 8 ? number : -1;
    cue.label = text(rows.get(), 5).substr(0, music::kMaxLabelBytes);
    cue.color = sqlite3_column_int(rows.get(), 6) & 0xffffff;
    const std::int64_t track = sqlite3_column_int64(rows.get(), 0);
    if (std::isfinite(cue.time) && cues.count(track) < music::kMaxCues) cues.emplace(track, cue);
  }
  return cues;
}

Collection readCollection(sqlite3* database) {
  const auto cues = readCues(database);
  Collection collection{"Mixxx", {}};
  const StatementPtr rows =
      prepare(database,
              "SELECT l.id, l.title, l.artist, l.duration, l.key, l.samplerate, l.beats, "
              "l.beats_version, p.filename FROM library l LEFT JOIN track_locations p "
              "ON p.id = l.location WHERE l.mixxx_deleted = 0");
  while (sqlite3_step(rows.get()) == SQLITE_ROW &&
         collection.tracks.size() < kMaxCollectionTracks) {
    ForeignTrack track;
    track.title = text(rows.get(), 1);
    track.artist = text(rows.get(), 2);
    track.seconds = sqlite3_column_double(rows.get(), 3);
    track.key = text(rows.get(), 4);
    track.grid = parseMixxxBeats(blob(rows.get(), 6), text(rows.get(), 7),
                                 sqlite3_column_double(rows.get(), 5));
    track.file = text(rows.get(), 8);
    const auto [from, to] = cues.equal_range(sqlite3_column_int64(rows.get(), 0));
    for (auto it = from; it != to; ++it) track.cues.push_back(it->second);
    collection.tracks.push_back(std::move(track));
  }
  return collection;
}

}  // namespace

std::optional<BeatGrid> parseMixxxBeats(Bytes blob, std::string_view version, double sampleRate) {
  if (!(sampleRate >= 4000 && sampleRate <= 384000)) return std::nullopt;
  if (version == "BeatGrid-2.0") return parseBeatGrid(blob, sampleRate);
  if (version == "BeatMap-1.0") return parseBeatMap(blob, sampleRate);
  if (version == "BeatGrid-1.0") return parseOldGrid(blob, sampleRate);
  return std::nullopt;
}

Result<Collection> readMixxx(const std::filesystem::path& path) {
  sqlite3* raw = nullptr;
  const int opened = sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READONLY, nullptr);
  const DatabasePtr database(raw);
  if (opened != SQLITE_OK) {
    return Error(ErrorCode::kNotFound,
                 fmt::format("cannot open \"{}\": {}", path.string(), sqlite3_errmsg(raw)));
  }
  // Views and triggers of a made-up file may not call functions with side effects.
  sqlite3_exec(raw, "PRAGMA trusted_schema=OFF", nullptr, nullptr, nullptr);
  try {
    return readCollection(raw);
  } catch (const Error& error) {
    return Error(error.code(), fmt::format("\"{}\": {}", path.string(), error.what()));
  }
}

}  // namespace dju::storage
