#include "storage/arena_store.h"

#include <fmt/format.h>

#include "storage/durable_changes.h"

namespace dju::storage {
namespace {

using nlohmann::json;

constexpr char kVoteColumns[] =
    "number, tournament, match, a, b, track_set, voter, choice, side, heard_a, heard_b, stars_a, "
    "stars_b, cast_at";
constexpr char kClipColumns[] =
    "contestant, track_set, state, job, sound, seconds, lufs, gain_db, genre, error, traits";

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

json parse(const std::string& text) {
  json value = json::parse(text, nullptr, false);
  return value.is_discarded() ? json() : value;
}

ArenaVote readVote(const Statement& row) {
  ArenaVote vote;
  vote.number = row.integer(0);
  vote.tournament = row.text(1);
  vote.match = static_cast<int>(row.integer(2));
  vote.a = static_cast<int>(row.integer(3));
  vote.b = static_cast<int>(row.integer(4));
  vote.set = static_cast<int>(row.integer(5));
  vote.voter = row.text(6);
  vote.choice = row.text(7);
  vote.side = static_cast<int>(row.integer(8));
  vote.heardA = row.real(9);
  vote.heardB = row.real(10);
  vote.starsA = static_cast<int>(row.integer(11));
  vote.starsB = static_cast<int>(row.integer(12));
  vote.castAt = row.integer(13);
  return vote;
}

std::vector<ArenaVote> readVotes(Statement& rows) {
  std::vector<ArenaVote> votes;
  while (rows.step()) votes.push_back(readVote(rows));
  return votes;
}

void insertClip(Database::Session& session, std::string_view tournament, const ArenaClip& clip) {
  session
      .prepare(
          fmt::format("INSERT OR REPLACE INTO arena_clips (tournament, {}) VALUES (?, ?, ?, ?, "
                      "?, ?, ?, ?, ?, ?, ?, ?)",
                      kClipColumns))
      .bind(tournament)
      .bind(clip.contestant)
      .bind(clip.set)
      .bind(clip.state)
      .bind(clip.job)
      .bind(clip.key)
      .bind(clip.seconds)
      .bind(clip.lufs)
      .bind(clip.gainDb)
      .bind(clip.genre)
      .bind(clip.error)
      .bind(dump(clip.traits))
      .run();
}

void insertContestant(Database::Session& session, std::string_view tournament,
                      const ArenaContestant& contestant) {
  session
      .prepare(
          "INSERT INTO arena_contestants (tournament, number, kind, name, model, preset, "
          "parameters, recordings, owner, owner_name, players) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, "
          "?, "
          "?)")
      .bind(tournament)
      .bind(contestant.number)
      .bind(contestant.kind)
      .bind(contestant.name)
      .bind(contestant.model)
      .bind(contestant.preset)
      .bind(dump(contestant.parameters))
      .bind(dump(contestant.recordings))
      .bind(contestant.owner)
      .bind(contestant.ownerName)
      .bind(dump(contestant.players))
      .run();
}

Result<std::int64_t> insertVote(Database::Session& session, const ArenaVote& vote) {
  session
      .prepare(
          "INSERT OR IGNORE INTO arena_votes (tournament, match, a, b, track_set, voter, choice, "
          "side, heard_a, heard_b, stars_a, stars_b, cast_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, "
          "?, ?, ?, ?)")
      .bind(vote.tournament)
      .bind(vote.match)
      .bind(vote.a)
      .bind(vote.b)
      .bind(vote.set)
      .bind(vote.voter)
      .bind(vote.choice)
      .bind(vote.side)
      .bind(vote.heardA)
      .bind(vote.heardB)
      .bind(vote.starsA)
      .bind(vote.starsB)
      .bind(vote.castAt)
      .run();
  if (session.changes() == 0)
    return Error(ErrorCode::kConflict, "vote: you have voted on these two; each counts once");
  Statement number = session.prepare("SELECT last_insert_rowid()");
  number.step();
  return number.integer(0);
}

}  // namespace

void ArenaStore::add(const ArenaTournament& tournament, const std::vector<ArenaClip>& clips) {
  DurableChanges changes(database_);
  changes
      ->prepare(
          "INSERT INTO arena_tournaments (id, name, format, creator, creator_name, "
          "votes_per_match, clip_seconds, sets, created_at, ends_at, ended_at) VALUES (?, ?, ?, ?, "
          "?, ?, ?, ?, ?, ?, ?)")
      .bind(tournament.id)
      .bind(tournament.name)
      .bind(tournament.format)
      .bind(tournament.creator)
      .bind(tournament.creatorName)
      .bind(tournament.votesPerMatch)
      .bind(tournament.clipSeconds)
      .bind(dump(tournament.sets))
      .bind(tournament.createdAt)
      .bind(tournament.endsAt)
      .bind(tournament.endedAt)
      .run();
  for (const ArenaContestant& contestant : tournament.contestants)
    insertContestant(changes.session(), tournament.id, contestant);
  for (const ArenaClip& clip : clips) insertClip(changes.session(), tournament.id, clip);
  changes->commit();
}

std::vector<ArenaTournament> ArenaStore::tournaments() {
  Database::Session session = database_.session();
  std::vector<ArenaTournament> tournaments;
  {
    Statement rows = session.prepare(
        "SELECT id, name, format, creator, creator_name, votes_per_match, clip_seconds, sets, "
        "created_at, ends_at, ended_at FROM arena_tournaments ORDER BY created_at, id");
    while (rows.step()) {
      ArenaTournament tournament;
      tournament.id = rows.text(0);
      tournament.name = rows.text(1);
      tournament.format = rows.text(2);
      tournament.creator = rows.text(3);
      tournament.creatorName = rows.text(4);
      tournament.votesPerMatch = static_cast<int>(rows.integer(5));
      tournament.clipSeconds = rows.real(6);
      parse(rows.text(7)).get_to(tournament.sets);
      tournament.createdAt = rows.integer(8);
      tournament.endsAt = rows.integer(9);
      tournament.endedAt = rows.integer(10);
      tournaments.push_back(std::move(tournament));
    }
  }
  for (ArenaTournament& each : tournaments) each.contestants = contestants(each.id);
  return tournaments;
}

std::vector<ArenaContestant> ArenaStore::contestants(std::string_view tournament) {
  Database::Session session = database_.session();
  Statement rows = session.prepare(
      "SELECT number, kind, name, model, preset, parameters, recordings, owner, owner_name, "
      "players FROM arena_contestants WHERE tournament = ? ORDER BY number");
  rows.bind(tournament);
  std::vector<ArenaContestant> contestants;
  while (rows.step()) {
    ArenaContestant contestant;
    contestant.number = static_cast<int>(rows.integer(0));
    contestant.kind = rows.text(1);
    contestant.name = rows.text(2);
    contestant.model = rows.text(3);
    contestant.preset = rows.text(4);
    contestant.parameters = parse(rows.text(5));
    parse(rows.text(6)).get_to(contestant.recordings);
    contestant.owner = rows.text(7);
    contestant.ownerName = rows.text(8);
    parse(rows.text(9)).get_to(contestant.players);
    contestants.push_back(std::move(contestant));
  }
  return contestants;
}

void ArenaStore::end(std::string_view tournament, std::int64_t endedAt) {
  DurableChanges changes(database_);
  changes->prepare("UPDATE arena_tournaments SET ended_at = ? WHERE id = ?")
      .bind(endedAt)
      .bind(tournament)
      .run();
  changes->commit();
}

void ArenaStore::save(std::string_view tournament, const ArenaClip& clip) {
  Database::Session session = database_.session();
  insertClip(session, tournament, clip);
}

std::vector<ArenaClip> ArenaStore::clips(std::string_view tournament) {
  Database::Session session = database_.session();
  Statement rows = session.prepare(
      fmt::format("SELECT {} FROM arena_clips WHERE tournament = ? ORDER BY contestant, track_set",
                  kClipColumns));
  rows.bind(tournament);
  std::vector<ArenaClip> clips;
  while (rows.step()) {
    ArenaClip clip;
    clip.contestant = static_cast<int>(rows.integer(0));
    clip.set = static_cast<int>(rows.integer(1));
    clip.state = rows.text(2);
    clip.job = rows.text(3);
    clip.key = rows.text(4);
    clip.seconds = rows.real(5);
    clip.lufs = rows.real(6);
    clip.gainDb = rows.real(7);
    clip.genre = rows.text(8);
    clip.error = rows.text(9);
    parse(rows.text(10)).get_to(clip.traits);
    clips.push_back(std::move(clip));
  }
  return clips;
}

void ArenaStore::add(std::string_view tournament, const ArenaResult& result) {
  DurableChanges changes(database_);
  changes
      ->prepare(
          "INSERT INTO arena_results (tournament, match, decision, decided_by) VALUES (?, ?, ?, ?)")
      .bind(tournament)
      .bind(result.match)
      .bind(result.decision)
      .bind(result.by)
      .run();
  changes->commit();
}

std::vector<ArenaResult> ArenaStore::results(std::string_view tournament) {
  Database::Session session = database_.session();
  Statement rows = session.prepare(
      "SELECT match, decision, decided_by FROM arena_results WHERE tournament = ? ORDER BY match");
  rows.bind(tournament);
  std::vector<ArenaResult> results;
  while (rows.step())
    results.push_back({static_cast<int>(rows.integer(0)), rows.text(1), rows.text(2)});
  return results;
}

std::vector<Result<std::int64_t>> ArenaStore::castVotes(std::span<const ArenaVote> votes) {
  DurableChanges changes(database_);
  std::vector<Result<std::int64_t>> numbers;
  for (const ArenaVote& vote : votes) numbers.push_back(insertVote(changes.session(), vote));
  changes->commit();
  return numbers;
}

std::vector<ArenaVote> ArenaStore::votes(std::string_view tournament) {
  Database::Session session = database_.session();
  Statement rows = session.prepare(
      fmt::format("SELECT {} FROM arena_votes WHERE tournament = ? ORDER BY number", kVoteColumns));
  rows.bind(tournament);
  return readVotes(rows);
}

std::vector<ArenaVote> ArenaStore::votesOf(std::string_view voter) {
  Database::Session session = database_.session();
  Statement rows = session.prepare(
      fmt::format("SELECT {} FROM arena_votes WHERE voter = ? ORDER BY number", kVoteColumns));
  rows.bind(voter);
  return readVotes(rows);
}

void ArenaStore::meet(const ArenaVoter& voter) {
  Database::Session session = database_.session();
  session.prepare("INSERT OR IGNORE INTO arena_voters (id, address, first_seen) VALUES (?, ?, ?)")
      .bind(voter.id)
      .bind(voter.address)
      .bind(voter.firstSeen)
      .run();
}

std::vector<ArenaVoter> ArenaStore::voters() {
  Database::Session session = database_.session();
  Statement rows = session.prepare("SELECT id, address, first_seen FROM arena_voters ORDER BY id");
  std::vector<ArenaVoter> voters;
  while (rows.step()) voters.push_back({rows.text(0), rows.text(1), rows.integer(2)});
  return voters;
}

void ArenaStore::save(std::string_view tournament, const ArenaParticipant& participant) {
  Database::Session session = database_.session();
  session
      .prepare(
          "INSERT INTO arena_participants (tournament, voter, finished) VALUES (?, ?, ?) ON "
          "CONFLICT DO UPDATE SET finished = max(finished, excluded.finished)")
      .bind(tournament)
      .bind(participant.voter)
      .bind(participant.finished ? 1 : 0)
      .run();
}

std::vector<ArenaParticipant> ArenaStore::participants(std::string_view tournament) {
  Database::Session session = database_.session();
  Statement rows = session.prepare(
      "SELECT voter, finished FROM arena_participants WHERE tournament = ? ORDER BY voter");
  rows.bind(tournament);
  std::vector<ArenaParticipant> participants;
  while (rows.step()) participants.push_back({rows.text(0), rows.integer(1) != 0});
  return participants;
}

void ArenaStore::assign(const TrialListener& listener) {
  Database::Session session = database_.session();
  session.prepare("INSERT OR IGNORE INTO arena_trial (listener, arm, assigned_at) VALUES (?, ?, ?)")
      .bind(listener.id)
      .bind(listener.arm)
      .bind(listener.assignedAt)
      .run();
}

std::vector<TrialListener> ArenaStore::trialListeners() {
  Database::Session session = database_.session();
  Statement rows =
      session.prepare("SELECT listener, arm, assigned_at FROM arena_trial ORDER BY listener");
  std::vector<TrialListener> listeners;
  while (rows.step()) listeners.push_back({rows.text(0), rows.text(1), rows.integer(2)});
  return listeners;
}

Result<void> ArenaStore::rate(const TrialStars& stars) {
  DurableChanges changes(database_);
  changes
      ->prepare(
          "INSERT OR IGNORE INTO arena_trial_ratings (listener, clip, arm, mixer, stars, rated_at) "
          "VALUES (?, ?, ?, ?, ?, ?)")
      .bind(stars.listener)
      .bind(stars.clip)
      .bind(stars.arm)
      .bind(stars.mixer)
      .bind(stars.stars)
      .bind(stars.ratedAt)
      .run();
  if (changes->changes() == 0)
    return Error(ErrorCode::kConflict, "rating: you have rated this mix; each counts once");
  changes->commit();
  return {};
}

std::vector<TrialStars> ArenaStore::trialStars() {
  Database::Session session = database_.session();
  Statement rows = session.prepare(
      "SELECT listener, clip, arm, mixer, stars, rated_at FROM arena_trial_ratings ORDER BY "
      "rated_at, listener, clip");
  std::vector<TrialStars> all;
  while (rows.step())
    all.push_back({rows.text(0), rows.text(1), rows.text(2), rows.text(3),
                   static_cast<int>(rows.integer(4)), rows.integer(5)});
  return all;
}

void ArenaStore::forget(std::string_view voter, std::string_view pseudonym) {
  DurableChanges changes(database_);
  changes->prepare("UPDATE arena_votes SET voter = ? WHERE voter = ?")
      .bind(pseudonym)
      .bind(voter)
      .run();
  changes->prepare("DELETE FROM arena_voters WHERE id = ?").bind(voter).run();
  for (const char* table : {"arena_participants SET voter = ? WHERE voter = ?",
                            "arena_trial SET listener = ? WHERE listener = ?",
                            "arena_trial_ratings SET listener = ? WHERE listener = ?"})
    changes->prepare(fmt::format("UPDATE {}", table)).bind(pseudonym).bind(voter).run();
  // Quoted, so that no id is found within another.
  changes
      ->prepare(
          "UPDATE arena_contestants SET players = replace(players, json_quote(?), json_quote(?))")
      .bind(voter)
      .bind(pseudonym)
      .run();
  changes
      ->prepare(
          "UPDATE arena_contestants SET owner = ?, owner_name = '', name = '–' WHERE owner = ?")
      .bind(pseudonym)
      .bind(voter)
      .run();
  changes->prepare("UPDATE arena_tournaments SET creator = ?, creator_name = '' WHERE creator = ?")
      .bind(pseudonym)
      .bind(voter)
      .run();
  changes->commit();
}

}  // namespace dju::storage
