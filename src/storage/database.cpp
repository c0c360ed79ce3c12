#include "storage/database.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <chrono>
#include <filesystem>

namespace dju::storage {
namespace {

// Each entry is a version of the schema; entries are only ever added.
const char* const kMigrations[] = {
    R"sql(
CREATE TABLE tracks (
  id TEXT PRIMARY KEY, title TEXT NOT NULL, artist TEXT NOT NULL, album TEXT NOT NULL,
  genre TEXT NOT NULL, frames INTEGER NOT NULL, anchor_frame REAL NOT NULL,
  frames_per_beat REAL NOT NULL, grid_edited INTEGER NOT NULL, musical_key TEXT NOT NULL,
  loudness REAL NOT NULL, added_at INTEGER NOT NULL, format TEXT NOT NULL,
  bitrate INTEGER NOT NULL, cover_hash TEXT NOT NULL, cover_type TEXT NOT NULL,
  uploader TEXT NOT NULL, license TEXT NOT NULL, source TEXT NOT NULL,
  analysis_hash TEXT NOT NULL, waveform_hash TEXT NOT NULL, pcm_hash TEXT NOT NULL,
  searchable TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE crates (id TEXT PRIMARY KEY, name TEXT NOT NULL, owner TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE crate_tracks (
  crate TEXT NOT NULL REFERENCES crates(id) ON DELETE CASCADE,
  track TEXT NOT NULL REFERENCES tracks(id) ON DELETE CASCADE,
  position INTEGER NOT NULL, PRIMARY KEY (crate, track)) WITHOUT ROWID;
CREATE TABLE jobs (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, state TEXT NOT NULL, progress REAL NOT NULL,
  stage TEXT NOT NULL, error TEXT NOT NULL, payload TEXT NOT NULL, result TEXT NOT NULL,
  owner TEXT NOT NULL, priority INTEGER NOT NULL, attempts INTEGER NOT NULL,
  created_at INTEGER NOT NULL, sequence INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX jobs_next ON jobs (state, priority DESC, sequence);
CREATE TABLE battles (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, format TEXT NOT NULL, kind TEXT NOT NULL,
  state TEXT NOT NULL, visibility TEXT NOT NULL, creator TEXT NOT NULL, invite TEXT NOT NULL,
  watch TEXT NOT NULL, config TEXT NOT NULL, players TEXT NOT NULL, tracklist TEXT NOT NULL,
  created_at INTEGER NOT NULL, ended_at INTEGER NOT NULL, frames INTEGER NOT NULL,
  hash TEXT NOT NULL, dsp_revision INTEGER NOT NULL, log_bytes INTEGER NOT NULL,
  has_archive INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX battles_listed ON battles (state, created_at DESC);
CREATE INDEX battles_by_creator ON battles (creator, created_at);
CREATE TABLE votes (
  subject TEXT NOT NULL, voter TEXT NOT NULL, version INTEGER NOT NULL, sides TEXT NOT NULL,
  choice TEXT NOT NULL, heard TEXT NOT NULL, frame INTEGER NOT NULL, cast_at INTEGER NOT NULL,
  PRIMARY KEY (subject, voter)) WITHOUT ROWID;
)sql",
    // What the analysis knows beside the grid; people's edits apart from it; fingerprints.
    R"sql(
ALTER TABLE tracks ADD COLUMN tempo_changes TEXT NOT NULL DEFAULT '[]';
ALTER TABLE tracks ADD COLUMN tempo_confidence REAL NOT NULL DEFAULT 0;
ALTER TABLE tracks ADD COLUMN key_order INTEGER NOT NULL DEFAULT 99;
ALTER TABLE tracks ADD COLUMN true_peak REAL NOT NULL DEFAULT -70;
ALTER TABLE tracks ADD COLUMN energy REAL NOT NULL DEFAULT -1;
ALTER TABLE tracks ADD COLUMN found_genre TEXT NOT NULL DEFAULT '';
ALTER TABLE tracks ADD COLUMN locked INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tracks ADD COLUMN analyser_version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE tracks ADD COLUMN base_hash TEXT NOT NULL DEFAULT '';
ALTER TABLE tracks ADD COLUMN edit_position INTEGER NOT NULL DEFAULT 0;
UPDATE tracks SET base_hash = analysis_hash;
CREATE TABLE edits (
  track TEXT NOT NULL REFERENCES tracks(id) ON DELETE CASCADE, position INTEGER NOT NULL,
  edits TEXT NOT NULL, player TEXT NOT NULL, made_at INTEGER NOT NULL,
  PRIMARY KEY (track, position)) WITHOUT ROWID;
INSERT INTO edits SELECT id, 1, json_object('grid', json_object('anchorFrame', anchor_frame,
  'framesPerBeat', frames_per_beat)), '', added_at FROM tracks WHERE grid_edited = 1;
UPDATE tracks SET edit_position = 1 WHERE grid_edited = 1;
CREATE INDEX tracks_by_analyser ON tracks (analyser_version);
CREATE TABLE fingerprints (
  number INTEGER PRIMARY KEY, track TEXT NOT NULL UNIQUE REFERENCES tracks(id) ON DELETE CASCADE,
  seconds REAL NOT NULL, fingerprint TEXT NOT NULL);
CREATE TABLE fingerprint_words (
  word INTEGER NOT NULL,
  fingerprint INTEGER NOT NULL REFERENCES fingerprints(number) ON DELETE CASCADE,
  PRIMARY KEY (word, fingerprint)) WITHOUT ROWID;
CREATE INDEX fingerprint_words_of ON fingerprint_words (fingerprint);
)sql",
    // What the judge found, and by which rubric.
    R"sql(
CREATE TABLE verdicts (
  battle TEXT PRIMARY KEY, rubric TEXT NOT NULL, report TEXT NOT NULL,
  made_at INTEGER NOT NULL) WITHOUT ROWID;
)sql",
    // Mixes that people asked for, and the sounds that came of them.
    R"sql(
CREATE TABLE mixes (
  id TEXT PRIMARY KEY, owner TEXT NOT NULL, name TEXT NOT NULL, job TEXT NOT NULL,
  request TEXT NOT NULL, cache_key TEXT NOT NULL, recording TEXT NOT NULL,
  webhook_url TEXT NOT NULL, webhook_secret TEXT NOT NULL,
  created_at INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX mixes_by_owner ON mixes (owner, created_at DESC);
CREATE INDEX mixes_by_recording ON mixes (recording);
CREATE TABLE mix_sounds (
  recording TEXT PRIMARY KEY, cache_key TEXT NOT NULL, seconds REAL NOT NULL,
  audio_bytes INTEGER NOT NULL, used_at INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX mix_sounds_by_key ON mix_sounds (cache_key);
)sql",
    // Tournaments in which people choose between mixes.
    R"sql(
CREATE TABLE arena_tournaments (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, format TEXT NOT NULL, creator TEXT NOT NULL,
  creator_name TEXT NOT NULL, votes_per_match INTEGER NOT NULL, clip_seconds REAL NOT NULL,
  sets TEXT NOT NULL, created_at INTEGER NOT NULL, ends_at INTEGER NOT NULL,
  ended_at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE arena_contestants (
  tournament TEXT NOT NULL REFERENCES arena_tournaments(id), number INTEGER NOT NULL,
  kind TEXT NOT NULL, name TEXT NOT NULL, model TEXT NOT NULL, preset TEXT NOT NULL,
  parameters TEXT NOT NULL, recordings TEXT NOT NULL, owner TEXT NOT NULL,
  owner_name TEXT NOT NULL, PRIMARY KEY (tournament, number)) WITHOUT ROWID;
CREATE TABLE arena_clips (
  tournament TEXT NOT NULL REFERENCES arena_tournaments(id), contestant INTEGER NOT NULL,
  track_set INTEGER NOT NULL, state TEXT NOT NULL, job TEXT NOT NULL, sound TEXT NOT NULL,
  seconds REAL NOT NULL, lufs REAL NOT NULL, gain_db REAL NOT NULL, genre TEXT NOT NULL,
  error TEXT NOT NULL, PRIMARY KEY (tournament, contestant, track_set)) WITHOUT ROWID;
CREATE TABLE arena_results (
  tournament TEXT NOT NULL REFERENCES arena_tournaments(id), match INTEGER NOT NULL,
  decision TEXT NOT NULL, decided_by TEXT NOT NULL, PRIMARY KEY (tournament, match)) WITHOUT ROWID;
CREATE TABLE arena_votes (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  tournament TEXT NOT NULL REFERENCES arena_tournaments(id), match INTEGER NOT NULL,
  a INTEGER NOT NULL, b INTEGER NOT NULL, track_set INTEGER NOT NULL, voter TEXT NOT NULL,
  choice TEXT NOT NULL, side INTEGER NOT NULL, heard_a REAL NOT NULL, heard_b REAL NOT NULL,
  stars_a INTEGER NOT NULL, stars_b INTEGER NOT NULL, cast_at INTEGER NOT NULL,
  UNIQUE (tournament, match, a, b, track_set, voter));
CREATE INDEX arena_votes_by_voter ON arena_votes (voter);
CREATE TABLE arena_voters (
  id TEXT PRIMARY KEY, address TEXT NOT NULL, first_seen INTEGER NOT NULL) WITHOUT ROWID;
)sql",
    // Several processes work on one queue: who has a job, until when, and from when on it may run.
    R"sql(
ALTER TABLE jobs ADD COLUMN started_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN not_before INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN worker TEXT NOT NULL DEFAULT '';
ALTER TABLE jobs ADD COLUMN lease_until INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN cancel_asked INTEGER NOT NULL DEFAULT 0;
)sql",
    // Mixers that evolve by the votes of tournaments.
    R"sql(
CREATE TABLE arena_evolutions (
  lineage TEXT PRIMARY KEY, creator TEXT NOT NULL, creator_name TEXT NOT NULL,
  request TEXT NOT NULL, history TEXT NOT NULL, generation INTEGER NOT NULL,
  opened_at INTEGER NOT NULL, created_at INTEGER NOT NULL,
  ended_at INTEGER NOT NULL) WITHOUT ROWID;
)sql",
    // Who played a recording that takes part; who begins and finishes a tournament; what a clip's
    // transition is like; whether mixes chosen for a listener are liked better.
    R"sql(
ALTER TABLE arena_contestants ADD COLUMN players TEXT NOT NULL DEFAULT '[]';
ALTER TABLE arena_clips ADD COLUMN traits TEXT NOT NULL DEFAULT '[]';
CREATE TABLE arena_participants (
  tournament TEXT NOT NULL REFERENCES arena_tournaments(id), voter TEXT NOT NULL,
  finished INTEGER NOT NULL, PRIMARY KEY (tournament, voter)) WITHOUT ROWID;
CREATE INDEX arena_participants_by_voter ON arena_participants (voter);
CREATE TABLE arena_trial (
  listener TEXT PRIMARY KEY, arm TEXT NOT NULL, assigned_at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE arena_trial_ratings (
  listener TEXT NOT NULL, clip TEXT NOT NULL, arm TEXT NOT NULL, mixer TEXT NOT NULL,
  stars INTEGER NOT NULL, rated_at INTEGER NOT NULL,
  PRIMARY KEY (listener, clip)) WITHOUT ROWID;
)sql",
    // When jobs ended, so that they can be forgotten; lists of mixes by index.
    R"sql(
ALTER TABLE jobs ADD COLUMN ended_at INTEGER NOT NULL DEFAULT 0;
UPDATE jobs SET ended_at = max(created_at, started_at) WHERE state NOT IN ('queued', 'running');
CREATE INDEX jobs_ended ON jobs (ended_at) WHERE ended_at > 0;
CREATE INDEX jobs_by_sequence ON jobs (sequence);
CREATE INDEX mixes_by_time ON mixes (created_at DESC);
)sql",
    // Mixes of the same songs in other encodings.
    R"sql(
ALTER TABLE mix_sounds ADD COLUMN alike_key TEXT NOT NULL DEFAULT '';
CREATE INDEX mix_sounds_alike ON mix_sounds (alike_key);
)sql",
    // When a job was as far as its row says.
    R"sql(
ALTER TABLE jobs ADD COLUMN progress_at INTEGER NOT NULL DEFAULT 0;
)sql",
    // What became of the tries to deliver a mix's web hook.
    R"sql(
ALTER TABLE mixes ADD COLUMN webhook_state TEXT NOT NULL DEFAULT '';
ALTER TABLE mixes ADD COLUMN webhook_tries INTEGER NOT NULL DEFAULT 0;
ALTER TABLE mixes ADD COLUMN webhook_error TEXT NOT NULL DEFAULT '';
)sql",
};
constexpr int kSchemaVersion = static_cast<int>(std::size(kMigrations));

Error failure(sqlite3* connection, std::string_view what) {
  const int code = sqlite3_errcode(connection);
  const bool environment = code == SQLITE_FULL || code == SQLITE_READONLY ||
                           code == SQLITE_CANTOPEN || code == SQLITE_IOERR || code == SQLITE_BUSY ||
                           code == SQLITE_NOTADB;
  const char* file = sqlite3_db_filename(connection, "main");
  return {environment ? ErrorCode::kUnavailable : ErrorCode::kInternal,
          fmt::format("database \"{}\": {}: {}", file == nullptr ? "" : file, what,
                      sqlite3_errmsg(connection))};
}

void execute(sqlite3* connection, const char* sql) {
  if (sqlite3_exec(connection, sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
    throw failure(connection, "cannot be used");
  }
}

}  // namespace

Statement::Statement(sqlite3* database, std::string_view sql) : database_(database) {
  if (sqlite3_prepare_v2(database, sql.data(), static_cast<int>(sql.size()), &statement_,
                         nullptr) != SQLITE_OK) {
    throw failure(database_, "cannot prepare a statement");
  }
}
Statement::~Statement() {
  sqlite3_finalize(statement_);
}

Statement& Statement::bind(std::int64_t value) {
  sqlite3_bind_int64(statement_, ++bound_, value);
  return *this;
}
Statement& Statement::bind(double value) {
  sqlite3_bind_double(statement_, ++bound_, value);
  return *this;
}
Statement& Statement::bind(std::string_view value) {
  // A null pointer would bind NULL.
  const char* data = value.data() == nullptr ? "" : value.data();
  sqlite3_bind_text(statement_, ++bound_, data, static_cast<int>(value.size()), SQLITE_TRANSIENT);
  return *this;
}

bool Statement::step() {
  const int status = sqlite3_step(statement_);
  if (status == SQLITE_ROW) return true;
  if (status == SQLITE_DONE) return false;
  throw failure(database_, "cannot read or write");
}
void Statement::run() {
  while (step()) {
  }
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}
double Statement::real(int column) const {
  return sqlite3_column_double(statement_, column);
}
std::string Statement::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

Database::Database(const std::filesystem::path& file) {
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  if (sqlite3_open_v2(file.c_str(), &connection_, flags, nullptr) != SQLITE_OK) {
    const Error error(ErrorCode::kUnavailable, fmt::format("database \"{}\": {}", file.string(),
                                                           sqlite3_errmsg(connection_)));
    sqlite3_close(connection_);
    throw error;
  }
  try {
    sqlite3_busy_timeout(connection_, 10000);
    execute(connection_,
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
            "PRAGMA foreign_keys=ON;");
    migrate(file);
  } catch (...) {
    sqlite3_close(connection_);
    throw;
  }
}

Database::~Database() {
  sqlite3_close(connection_);
}

void Database::migrate(const std::filesystem::path& file) {
  Session changes = session(Mode::kTransaction);
  int version = 0;
  {
    Statement current = changes.prepare("PRAGMA user_version");
    if (current.step()) version = static_cast<int>(current.integer(0));
  }
  if (version > kSchemaVersion) {
    throw Error(ErrorCode::kConflict,
                fmt::format("database \"{}\": made by a newer version of this program (schema {}, "
                            "this one knows {}); use that version",
                            file.string(), version, kSchemaVersion));
  }
  for (int next = version; next < kSchemaVersion; ++next) execute(connection_, kMigrations[next]);
  if (version < kSchemaVersion) {
    execute(connection_, fmt::format("PRAGMA user_version={}", kSchemaVersion).c_str());
  }
  changes.commit();
}

Database::Session::Session(Database& database, Mode mode)
    : lock_(database.mutex_), connection_(database.connection_) {
  if (mode == Mode::kPlain) return;
  execute(connection_, "BEGIN IMMEDIATE");
  open_ = true;
}
Database::Session::~Session() {
  if (open_) sqlite3_exec(connection_, "ROLLBACK", nullptr, nullptr, nullptr);
}
void Database::Session::commit() {
  execute(connection_, "COMMIT");
  open_ = false;
}
int Database::Session::changes() const {
  return sqlite3_changes(connection_);
}

std::int64_t nowMs() {
  using std::chrono::duration_cast, std::chrono::milliseconds, std::chrono::system_clock;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

}  // namespace dju::storage
