#include "storage/track_row.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "music/key_wheel.h"

namespace dju::storage {

const char* const kTrackColumns =
    "id, title, artist, album, genre, frames, anchor_frame, frames_per_beat, grid_edited, "
    "musical_key, loudness, added_at, format, bitrate, cover_hash, cover_type, uploader, license, "
    "source, analysis_hash, waveform_hash, pcm_hash, tempo_changes, tempo_confidence, key_order, "
    "true_peak, energy, found_genre, locked, analyser_version, base_hash";

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

}  // namespace

Track readTrack(const Statement& row) {
  Track track;
  track.id = row.text(0);
  track.title = row.text(1);
  track.artist = row.text(2);
  track.album = row.text(3);
  track.genre = row.text(4);
  track.frames = row.integer(5);
  track.grid.anchorFrame = row.real(6);
  track.grid.framesPerBeat = row.real(7);
  track.gridEdited = row.integer(8) != 0;
  track.key = row.text(9);
  track.loudnessLufs = row.real(10);
  track.addedAt = row.integer(11);
  track.format = row.text(12);
  track.bitrate = static_cast<int>(row.integer(13));
  track.coverHash = row.text(14);
  track.coverType = row.text(15);
  track.uploader = row.text(16);
  track.license = row.text(17);
  track.source = row.text(18);
  track.analysisHash = row.text(19);
  track.waveformHash = row.text(20);
  track.pcmHash = row.text(21);
  readChanges(row.text(22), track.grid);
  track.tempoConfidence = row.real(23);
  track.truePeakDbtp = row.real(25);
  track.energy = row.real(26);
  track.foundGenre = row.text(27);
  track.locked = row.integer(28) != 0;
  track.analyserVersion = static_cast<int>(row.integer(29));
  track.baseHash = row.text(30);
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
  track.analyserVersion = info.version;
  track.waveformHash = info.waveformHash;
  track.pcmHash = info.pcmHash;
}

void updateSound(Database::Session& session, const Track& track) {
  session
      .prepare(
          "UPDATE tracks SET frames = ?, anchor_frame = ?, frames_per_beat = ?, grid_edited = ?, "
          "musical_key = ?, loudness = ?, analysis_hash = ?, waveform_hash = ?, pcm_hash = ?, "
          "tempo_changes = ?, tempo_confidence = ?, key_order = ?, true_peak = ?, energy = ?, "
          "found_genre = ?, locked = ?, analyser_version = ?, base_hash = ? WHERE id = ?")
      .bind(track.frames)
      .bind(track.grid.anchorFrame)
      .bind(track.grid.framesPerBeat)
      .bind(track.gridEdited ? 1 : 0)
      .bind(track.key)
      .bind(track.loudnessLufs)
      .bind(track.analysisHash)
      .bind(track.waveformHash)
      .bind(track.pcmHash)
      .bind(changesText(track.grid))
      .bind(track.tempoConfidence)
      .bind(keyOrder(track.key))
      .bind(track.truePeakDbtp)
      .bind(track.energy)
      .bind(track.foundGenre)
      .bind(track.locked ? 1 : 0)
      .bind(track.analyserVersion)
      .bind(track.baseHash)
      .bind(track.id)
      .run();
}

bool insertTrack(Database::Session& session, const Track& track) {
  const std::string searchable =
      fmt::format("{}\n{}\n{}\n{}", track.title, track.artist, track.album, track.genre);
  session
      .prepare(fmt::format(
          "INSERT OR IGNORE INTO tracks ({}, searchable) VALUES (?, ?, ?, ?, ?, ?, "
          "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
          kTrackColumns))
      .bind(track.id)
      .bind(track.title)
      .bind(track.artist)
      .bind(track.album)
      .bind(track.genre)
      .bind(track.frames)
      .bind(track.grid.anchorFrame)
      .bind(track.grid.framesPerBeat)
      .bind(track.gridEdited ? 1 : 0)
      .bind(track.key)
      .bind(track.loudnessLufs)
      .bind(track.addedAt)
      .bind(track.format)
      .bind(track.bitrate)
      .bind(track.coverHash)
      .bind(track.coverType)
      .bind(track.uploader)
      .bind(track.license)
      .bind(track.source)
      .bind(track.analysisHash)
      .bind(track.waveformHash)
      .bind(track.pcmHash)
      .bind(changesText(track.grid))
      .bind(track.tempoConfidence)
      .bind(keyOrder(track.key))
      .bind(track.truePeakDbtp)
      .bind(track.energy)
      .bind(track.foundGenre)
      .bind(track.locked ? 1 : 0)
      .bind(track.analyserVersion)
      .bind(track.baseHash)
      .bind(searchable)
      .run();
  return session.changes() > 0;
}

}  // namespace dju::storage
