#include "storage/track_row.h"

#include <fmt/format.h>

#include <concepts>
#include <nlohmann/json.hpp>

#include "music/key_wheel.h"

namespace dju::storage {

namespace {

using nlohmann::json;

constexpr int kNoKey = 99;  // sorts behind all keys

std::string changesText(const BeatGrid& grid) {
  json out = json::array();
  for (const TempoChange& change : grid.changes()) {
    out.push_back({change.beat, change.frame, change.framesPerBeat});
  }
  return out.dump();
}

void readChanges(const std::string& text, BeatGrid& grid) {
  const json changes = json::parse(text, nullptr, false);
  if (!changes.is_array()) return;
  for (const json& change : changes) {
    grid.addChange(
        {change.at(0).get<double>(), change.at(1).get<double>(), change.at(2).get<double>()});
  }
}

int keyOrder(const std::string& name) {
  const auto key = music::parseKey(name);
  return key ? music::wheelOrder(*key) : kNoKey;
}

double meanOf(const std::vector<float>& values) {
  if (values.empty()) return -1;
  double sum = 0;
  for (const float value : values) sum += static_cast<double>(value);
  return sum / static_cast<double>(values.size());
}

enum class Written { kOnce, kWithSound };  // kWithSound: also by a new analysis or an edit

// A column: what it holds of a Track. Columns without `read` follow from others, for SQL alone.
struct Column {
  const char* name;
  Written written;
  void (*bind)(const Track&, Statement&);
  void (*read)(const Statement&, int at, Track&);
};

void bindValue(Statement& to, const std::string& value) {
  to.bind(value);
}
void bindValue(Statement& to, double value) {
  to.bind(value);
}
template <std::integral Integer>
void bindValue(Statement& to, Integer value) {
  to.bind(static_cast<std::int64_t>(value));
}

void readValue(const Statement& row, int at, std::string& value) {
  value = row.text(at);
}
void readValue(const Statement& row, int at, double& value) {
  value = row.real(at);
}
template <std::integral Integer>
void readValue(const Statement& row, int at, Integer& value) {
  value = static_cast<Integer>(row.integer(at));
}

template <auto kMember>
constexpr Column column(const char* name, Written written) {
  return {name, written, [](const Track& track, Statement& to) { bindValue(to, track.*kMember); },
          [](const Statement& row, int at, Track& track) { readValue(row, at, track.*kMember); }};
}

template <auto kMember>
constexpr Column ofGrid(const char* name) {
  return {
      name, Written::kWithSound,
      [](const Track& track, Statement& to) { bindValue(to, track.grid.*kMember); },
      [](const Statement& row, int at, Track& track) { readValue(row, at, track.grid.*kMember); }};
}

// In order of reading: tempo changes go on from a grid that is there.
constexpr Column kColumns[] = {
    column<&Track::id>("id", Written::kOnce),
    column<&Track::title>("title", Written::kOnce),
    column<&Track::artist>("artist", Written::kOnce),
    column<&Track::album>("album", Written::kOnce),
    column<&Track::genre>("genre", Written::kOnce),
    column<&Track::addedAt>("added_at", Written::kOnce),
    column<&Track::format>("format", Written::kOnce),
    column<&Track::bitrate>("bitrate", Written::kOnce),
    column<&Track::coverHash>("cover_hash", Written::kOnce),
    column<&Track::coverType>("cover_type", Written::kOnce),
    column<&Track::uploader>("uploader", Written::kOnce),
    column<&Track::license>("license", Written::kOnce),
    column<&Track::source>("source", Written::kOnce),
    {"searchable", Written::kOnce,
     [](const Track& track, Statement& to) {
       to.bind(fmt::format("{}\n{}\n{}\n{}", track.title, track.artist, track.album, track.genre));
     },
     nullptr},
    column<&Track::frames>("frames", Written::kWithSound),
    ofGrid<&BeatGrid::anchorFrame>("anchor_frame"),
    ofGrid<&BeatGrid::framesPerBeat>("frames_per_beat"),
    {"tempo_changes", Written::kWithSound,
     [](const Track& track, Statement& to) { to.bind(changesText(track.grid)); },
     [](const Statement& row, int at, Track& track) { readChanges(row.text(at), track.grid); }},
    column<&Track::tempoConfidence>("tempo_confidence", Written::kWithSound),
    column<&Track::gridEdited>("grid_edited", Written::kWithSound),
    column<&Track::locked>("locked", Written::kWithSound),
    column<&Track::key>("musical_key", Written::kWithSound),
    {"key_order", Written::kWithSound,
     [](const Track& track, Statement& to) { to.bind(keyOrder(track.key)); }, nullptr},
    column<&Track::loudnessLufs>("loudness", Written::kWithSound),
    column<&Track::truePeakDbtp>("true_peak", Written::kWithSound),
    column<&Track::energy>("energy", Written::kWithSound),
    column<&Track::foundGenre>("found_genre", Written::kWithSound),
    column<&Track::analysisHash>("analysis_hash", Written::kWithSound),
    column<&Track::baseHash>("base_hash", Written::kWithSound),
    column<&Track::waveformHash>("waveform_hash", Written::kWithSound),
    column<&Track::pcmHash>("pcm_hash", Written::kWithSound),
    column<&Track::analyserVersion>("analyser_version", Written::kWithSound),
};

// What `text` says of each column that `wanted` picks, with commas between.
template <typename Wanted, typename Text>
std::string listed(const Wanted& wanted, const Text& text) {
  std::string out;
  for (const Column& each : kColumns) {
    if (!wanted(each)) continue;
    if (!out.empty()) out += ", ";
    out += text(each);
  }
  return out;
}

bool always(const Column& /*each*/) {
  return true;
}
bool isRead(const Column& each) {
  return each.read != nullptr;
}
bool isOfSound(const Column& each) {
  return each.written == Written::kWithSound;
}
std::string nameOf(const Column& each) {
  return each.name;
}

}  // namespace

const std::string& trackColumns() {
  static const std::string kNames = listed(isRead, nameOf);
  return kNames;
}

Track readTrack(const Statement& row) {
  Track track;
  int at = 0;
  for (const Column& each : kColumns) {
    if (isRead(each)) each.read(row, at++, track);
  }
  return track;
}

void describeSound(const music::TrackInfo& info, Track& track) {
  track.frames = info.frames;
  track.grid = info.grid;
  track.tempoConfidence = info.gridConfidence;
  track.key = info.key.name;
  track.loudnessLufs = info.loudness.integratedLufs;
  track.truePeakDbtp = info.loudness.truePeakDbtp;
  track.energy = meanOf(info.energy);
  track.foundGenre = info.genres.empty() ? "" : info.genres.front().name;
  track.analyserVersion = info.analyser;
  track.waveformHash = info.waveformHash;
  track.pcmHash = info.pcmHash;
}

void updateSound(Database::Session& session, const Track& track) {
  static const std::string kUpdate = fmt::format(
      "UPDATE tracks SET {} WHERE id = ?",
      listed(isOfSound, [](const Column& each) { return fmt::format("{} = ?", each.name); }));
  Statement row = session.prepare(kUpdate);
  for (const Column& each : kColumns) {
    if (isOfSound(each)) each.bind(track, row);
  }
  row.bind(track.id).run();
}

bool insertTrack(Database::Session& session, const Track& track) {
  static const std::string kInsert =
      fmt::format("INSERT OR IGNORE INTO tracks ({}) VALUES ({})", listed(always, nameOf),
                  listed(always, [](const Column& /*each*/) { return "?"; }));
  Statement row = session.prepare(kInsert);
  for (const Column& each : kColumns) each.bind(track, row);
  row.run();
  return session.changes() > 0;
}

}  // namespace dju::storage
