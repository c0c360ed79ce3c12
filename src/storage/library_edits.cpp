// The half of Library that changes what is known of a track: edits with their history, and new
// analyses beneath them.
#include <fmt/format.h>

#include "storage/fingerprint_index.h"
#include "storage/library.h"
#include "storage/track_row.h"

namespace dju::storage {
namespace {

constexpr std::int64_t kMaxSteps = 500;  // older ones are forgotten

std::int64_t positionOf(Database::Session& session, std::string_view id) {
  Statement row = session.prepare("SELECT edit_position FROM tracks WHERE id = ?");
  return row.bind(id).step() ? row.integer(0) : 0;
}

// Edits at a position; position 0 stands before the first step.
music::TrackEdits editsAt(Database::Session& session, std::string_view id, std::int64_t position) {
  if (position == 0) return {};
  Statement row = session.prepare("SELECT edits FROM edits WHERE track = ? AND position = ?");
  if (!row.bind(id).bind(position).step()) return {};
  return music::parseTrackEdits(row.text(0)).valueOrThrow();
}

bool hasStep(Database::Session& session, std::string_view id, std::int64_t position) {
  if (position == 0) return true;
  Statement row = session.prepare("SELECT 1 FROM edits WHERE track = ? AND position = ?");
  return row.bind(id).bind(position).step();
}

void moveTo(Database::Session& session, std::string_view id, std::int64_t position) {
  session.prepare("UPDATE tracks SET edit_position = ? WHERE id = ?").bind(position).bind(id).run();
}

void addStep(Database::Session& session, std::string_view id, std::string_view player,
             const music::TrackEdits& edits) {
  const std::int64_t position = positionOf(session, id) + 1;
  session.prepare("DELETE FROM edits WHERE track = ? AND (position >= ? OR position <= ?)")
      .bind(id)
      .bind(position)
      .bind(position - kMaxSteps)
      .run();
  session.prepare("INSERT INTO edits VALUES (?, ?, ?, ?, ?)")
      .bind(id)
      .bind(position)
      .bind(music::toCanonicalJson(edits))
      .bind(player)
      .bind(nowMs())
      .run();
  moveTo(session, id, position);
}

// A lock holds the grid that is there, also against a better analysis.
Result<void> checkLock(const Track& track, const music::TrackEdits& before,
                       music::TrackEdits& after) {
  if (before.locked && after.locked && before.grid != after.grid) {
    return Error(ErrorCode::kConflict,
                 fmt::format("track {}: its grid is locked; unlock it first", track.id));
  }
  if (after.locked && !after.grid && track.grid.valid()) after.grid = track.grid;
  return {};
}

}  // namespace

void Library::store(Database::Session& session, Track& track, const music::TrackInfo& base,
                    const music::TrackEdits& edits) {
  const music::TrackInfo info = music::withEdits(base, edits);
  describeSound(info, track);
  track.analysisHash = blobs_.put(music::toCanonicalJson(info));
  track.gridEdited = edits.grid.has_value();
  track.locked = edits.locked;
  updateSound(session, track);
}

Result<Track> Library::edit(std::string_view id, std::string_view player,
                            const EditChange& change) {
  Database::Session session = database_.session(Database::Mode::kTransaction);
  Result<Track> found = track(id);
  if (!found) return found;
  Result<music::TrackInfo> base = analysis(found->baseHash);
  if (!base) return base.error();
  const music::TrackEdits before = editsAt(session, id, positionOf(session, id));
  music::TrackEdits after = before;
  if (auto changed = change(after); !changed) return changed.error();
  after = music::ordered(std::move(after));
  if (auto valid = music::checkEdits(after, found->frames); !valid) return valid.error();
  if (auto open = checkLock(*found, before, after); !open) return open.error();
  if (after == before) return found;
  addStep(session, id, player, after);
  store(session, found.value(), *base, after);
  session.commit();
  return found;
}

Result<Track> Library::step(std::string_view id, HistoryStep step) {
  Database::Session session = database_.session(Database::Mode::kTransaction);
  Result<Track> found = track(id);
  if (!found) return found;
  const std::int64_t position = positionOf(session, id) + (step == HistoryStep::kUndo ? -1 : 1);
  if (position < 0 || !hasStep(session, id, position)) {
    return Error(ErrorCode::kConflict, fmt::format("track {}: nothing to {}", found->id,
                                                   step == HistoryStep::kUndo ? "undo" : "redo"));
  }
  Result<music::TrackInfo> base = analysis(found->baseHash);
  if (!base) return base.error();
  moveTo(session, id, position);
  store(session, found.value(), *base, editsAt(session, id, position));
  session.commit();
  return found;
}

Result<EditState> Library::edits(std::string_view id) {
  if (const Result<Track> found = track(id); !found) return found.error();
  Database::Session session = database_.session();
  const std::int64_t position = positionOf(session, id);
  EditState state;
  state.edits = editsAt(session, id, position);
  state.canUndo = position > 0 && hasStep(session, id, position - 1);
  state.canRedo = hasStep(session, id, position + 1);
  return state;
}

Result<Track> Library::replaceAnalysis(std::string_view id, const music::TrackInfo& found) {
  Database::Session session = database_.session(Database::Mode::kTransaction);
  Result<Track> row = track(id);
  if (!row) return row;
  music::TrackInfo base = found;
  const Result<music::TrackInfo> before = analysis(row->baseHash);
  if (before && before->given) {
    base.given = true;
    base.grid = before->grid;
    base.gridConfidence = before->gridConfidence;
    if (!before->key.name.empty()) base.key = before->key;
  }
  row.value().baseHash = blobs_.put(music::toCanonicalJson(base));
  store(session, row.value(), base, editsAt(session, id, positionOf(session, id)));
  putFingerprint(session, row->id, row->durationSeconds(), base.fingerprint);
  session.commit();
  return row;
}

std::int64_t Library::countStale() {
  Database::Session session = database_.session();
  Statement row = session.prepare("SELECT count(*) FROM tracks WHERE analyser_version < ?");
  row.bind(music::kAnalyserVersion).step();
  return row.integer(0);
}

std::optional<Track> Library::nextStale() {
  Database::Session session = database_.session();
  Statement row = session.prepare(
      fmt::format("SELECT {} FROM tracks WHERE analyser_version < ? ORDER BY added_at, id LIMIT 1",
                  trackColumns()));
  if (!row.bind(music::kAnalyserVersion).step()) return std::nullopt;
  return readTrack(row);
}

void Library::markAllStale() {
  database_.session().prepare("UPDATE tracks SET analyser_version = 0").run();
}

void Library::giveUpOn(std::string_view id) {
  Database::Session session = database_.session();
  session.prepare("UPDATE tracks SET analyser_version = ? WHERE id = ?")
      .bind(music::kAnalyserVersion)
      .bind(id)
      .run();
}

Result<std::vector<SameRecording>> Library::sameRecordings(std::string_view id) {
  const Result<Track> found = track(id);
  if (!found) return found.error();
  const Result<music::TrackInfo> info = analysis(found->analysisHash);
  if (!info) return info.error();
  Database::Session session = database_.session();
  return findSameRecordings(session, found->id, found->durationSeconds(), info->fingerprint);
}

}  // namespace dju::storage
