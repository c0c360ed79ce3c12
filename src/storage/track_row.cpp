#include "storage/track_row.h"

#include <fmt/format.h>

namespace dju::storage {

const char* const kTrackColumns =
    "id, title, artist, album, genre, frames, anchor_frame, frames_per_beat, grid_edited, "
    "musical_key, loudness, added_at, format, bitrate, cover_hash, cover_type, uploader, license, "
    "source, analysis_hash, waveform_hash, pcm_hash";

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
  return track;
}

bool insertTrack(Database::Session& session, const Track& track) {
  const std::string searchable =
      fmt::format("{}\n{}\n{}\n{}", track.title, track.artist, track.album, track.genre);
  session
      .prepare(
          fmt::format("INSERT OR IGNORE INTO tracks ({}, searchable) VALUES (?, ?, ?, ?, ?, ?, "
                      "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
      .bind(searchable)
      .run();
  return session.changes() > 0;
}

}  // namespace dju::storage
