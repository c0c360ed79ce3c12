#include "storage/battle_store.h"

#include <fmt/format.h>

#include <algorithm>

namespace dju::storage {
namespace {

using nlohmann::json;

constexpr char kColumns[] =
    "id, name, format, kind, state, visibility, creator, invite, watch, config, players, "
    "tracklist, created_at, ended_at, frames, hash, dsp_revision, log_bytes, has_archive";
constexpr char kRecordings[] = "state = 'ended' AND kind = 'live' AND log_bytes > 0 ";
constexpr std::size_t kMaxHeard = 1000;

json parse(const std::string& text, json otherwise) {
  json value = json::parse(text, nullptr, false);
  return value.is_discarded() ? std::move(otherwise) : value;
}

BattleRow read(const Statement& row) {
  BattleRow battle;
  battle.id = row.text(0);
  battle.name = row.text(1);
  battle.format = row.text(2);
  battle.kind = row.text(3);
  battle.state = row.text(4);
  battle.visibility = row.text(5);
  battle.creator = row.text(6);
  battle.invite = row.text(7);
  battle.watch = row.text(8);
  battle.config = parse(row.text(9), json::object());
  battle.players = parse(row.text(10), json::array());
  battle.tracklist = parse(row.text(11), json::array());
  battle.createdAt = row.integer(12);
  battle.endedAt = row.integer(13);
  battle.frames = row.integer(14);
  battle.hash = row.text(15);
  battle.dspRevision = static_cast<int>(row.integer(16));
  battle.logBytes = row.integer(17);
  battle.hasArchive = row.integer(18) != 0;
  return battle;
}

std::vector<BattleRow> readAll(Statement& statement) {
  std::vector<BattleRow> battles;
  while (statement.step()) battles.push_back(read(statement));
  return battles;
}

std::string listed(BattleStore::Listing listing) {
  std::string where = "(?1 = '' OR state = ?1)";
  if (listing == BattleStore::Listing::kPublic) where += " AND visibility = 'public'";
  return where;
}

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

void BattleStore::save(const BattleRow& battle) {
  Database::Session session = database_.session();
  session
      .prepare(fmt::format("INSERT OR REPLACE INTO battles ({}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, "
                           "?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                           kColumns))
      .bind(battle.id)
      .bind(battle.name)
      .bind(battle.format)
      .bind(battle.kind)
      .bind(battle.state)
      .bind(battle.visibility)
      .bind(battle.creator)
      .bind(battle.invite)
      .bind(battle.watch)
      .bind(dump(battle.config))
      .bind(dump(battle.players))
      .bind(dump(battle.tracklist))
      .bind(battle.createdAt)
      .bind(battle.endedAt)
      .bind(battle.frames)
      .bind(battle.hash)
      .bind(battle.dspRevision)
      .bind(battle.logBytes)
      .bind(battle.hasArchive ? 1 : 0)
      .run();
}

Result<BattleRow> BattleStore::battle(std::string_view id) {
  Database::Session session = database_.session();
  Statement found = session.prepare(fmt::format("SELECT {} FROM battles WHERE id = ?", kColumns));
  if (found.bind(id).step()) return read(found);
  return Error(ErrorCode::kNotFound,
               fmt::format("battle {}: no such battle; see GET /api/v1/battles", id.substr(0, 80)));
}

void BattleStore::remove(std::string_view id) {
  Database::Session session = database_.session();
  session.prepare("DELETE FROM verdicts WHERE battle = ?").bind(id).run();
  session.prepare("DELETE FROM battles WHERE id = ?").bind(id).run();
}

std::vector<BattleRow> BattleStore::battles(std::string_view state, Listing listing, int limit,
                                            int offset) {
  Database::Session session = database_.session();
  Statement rows = session.prepare(
      fmt::format("SELECT {} FROM battles WHERE {} ORDER BY created_at DESC, id LIMIT ?2 OFFSET ?3",
                  kColumns, listed(listing)));
  rows.bind(state).bind(std::clamp(limit, 0, 500)).bind(std::max(offset, 0));
  return readAll(rows);
}

std::int64_t BattleStore::countBattles(std::string_view state, Listing listing) {
  Database::Session session = database_.session();
  Statement count = session.prepare("SELECT count(*) FROM battles WHERE " + listed(listing));
  count.bind(state).step();
  return count.integer(0);
}

std::vector<BattleRow> BattleStore::recordings(int limit, int offset) {
  Database::Session session = database_.session();
  Statement rows = session.prepare(fmt::format(
      "SELECT {} FROM battles WHERE {} AND visibility = 'public' ORDER BY created_at DESC, id "
      "LIMIT ? OFFSET ?",
      kColumns, kRecordings));
  rows.bind(std::clamp(limit, 0, 500)).bind(std::max(offset, 0));
  return readAll(rows);
}

std::int64_t BattleStore::countRecordings() {
  Database::Session session = database_.session();
  Statement count = session.prepare(
      fmt::format("SELECT count(*) FROM battles WHERE {} AND visibility = 'public'", kRecordings));
  count.step();
  return count.integer(0);
}

int BattleStore::createdSince(std::string_view player, std::int64_t sinceMs) {
  Database::Session session = database_.session();
  Statement count =
      session.prepare("SELECT count(*) FROM battles WHERE creator = ? AND created_at >= ?");
  count.bind(player).bind(sinceMs).step();
  return static_cast<int>(count.integer(0));
}

Result<VoteCount> BattleStore::castVote(const Vote& vote) {
  if (vote.choice != "A" && vote.choice != "B" && vote.choice != "tie") {
    return Error(ErrorCode::kInvalid,
                 fmt::format("vote \"{}\": A, B or tie are possible", vote.choice.substr(0, 40)));
  }
  if (vote.heard.size() > kMaxHeard) {
    return Error(ErrorCode::kTooLarge, fmt::format("vote: {} intervals heard; the limit is {}",
                                                   vote.heard.size(), kMaxHeard));
  }
  Database::Session session = database_.session();
  session
      .prepare(
          "INSERT OR REPLACE INTO votes (subject, voter, version, sides, choice, heard, frame, "
          "cast_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(vote.subject)
      .bind(vote.voter)
      .bind(vote.version)
      .bind(dump(json(vote.sides)))
      .bind(vote.choice)
      .bind(dump(json(vote.heard)))
      .bind(vote.frame)
      .bind(vote.castAt)
      .run();
  return votes(vote.subject);
}

VoteCount BattleStore::votes(std::string_view subject) {
  Database::Session session = database_.session();
  Statement rows =
      session.prepare("SELECT choice, count(*) FROM votes WHERE subject = ? GROUP BY choice");
  rows.bind(subject);
  VoteCount count;
  while (rows.step()) {
    const std::string choice = rows.text(0);
    (choice == "A"   ? count.a
     : choice == "B" ? count.b
                     : count.tie) = static_cast<int>(rows.integer(1));
  }
  return count;
}

void BattleStore::saveVerdict(const VerdictRow& verdict) {
  Database::Session session = database_.session();
  session
      .prepare(
          "INSERT OR REPLACE INTO verdicts (battle, rubric, report, made_at) VALUES (?, ?, ?, ?)")
      .bind(verdict.battle)
      .bind(verdict.rubric)
      .bind(dump(verdict.report))
      .bind(verdict.madeAt)
      .run();
}

std::optional<VerdictRow> BattleStore::verdict(std::string_view battle) {
  Database::Session session = database_.session();
  Statement found =
      session.prepare("SELECT battle, rubric, report, made_at FROM verdicts WHERE battle = ?");
  if (!found.bind(battle).step()) return {};
  return VerdictRow{found.text(0), found.text(1), parse(found.text(2), json::object()),
                    found.integer(3)};
}

}  // namespace dju::storage
