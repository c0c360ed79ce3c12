// The crates of a Library.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "storage/library.h"
#include "storage/random_id.h"

namespace dju::storage {
namespace {

constexpr std::size_t kMaxName = 100;
constexpr std::int64_t kMaxTracks = 10000;

Error unknown(std::string_view id) {
  return {ErrorCode::kNotFound,
          fmt::format("crate {}: no such crate; see GET /api/v1/crates", id.substr(0, 80))};
}

Result<std::string> checkedName(std::string_view name) {
  if (name.empty() || name.size() > kMaxName) {
    return Error(ErrorCode::kInvalid, fmt::format("crate name of {} bytes; 1 to {} are possible",
                                                  name.size(), kMaxName));
  }
  return std::string(name);
}

void readTracks(Database::Session& session, Crate& crate) {
  Statement rows =
      session.prepare("SELECT track FROM crate_tracks WHERE crate = ? ORDER BY position, track");
  rows.bind(crate.id);
  while (rows.step()) crate.tracks.push_back(rows.text(0));
}

void appendTrack(Database::Session& session, std::string_view crate, const std::string& track) {
  // An unknown track adds nothing; a known one that is in the crate keeps its place.
  session
      .prepare(
          "INSERT OR IGNORE INTO crate_tracks (crate, track, position) SELECT ?1, id, (SELECT "
          "coalesce(max(position), 0) + 1 FROM crate_tracks WHERE crate = ?1) FROM tracks "
          "WHERE id = ?2 AND (SELECT count(*) FROM crate_tracks WHERE crate = ?1) < ?3")
      .bind(crate)
      .bind(track)
      .bind(kMaxTracks)
      .run();
}

}  // namespace

nlohmann::json toJson(const Crate& crate) {
  return {{"id", crate.id}, {"name", crate.name}, {"owner", crate.owner}, {"tracks", crate.tracks}};
}

std::vector<Crate> Library::crates(std::string_view player) {
  Database::Session session = database_.session();
  Statement rows = session.prepare(
      "SELECT id, name, owner FROM crates WHERE owner = '' OR owner = ? ORDER BY name, id");
  rows.bind(player);
  std::vector<Crate> all;
  while (rows.step()) all.push_back({rows.text(0), rows.text(1), rows.text(2), {}});
  for (Crate& crate : all) readTracks(session, crate);
  return all;
}

Result<Crate> Library::crate(std::string_view id) {
  Database::Session session = database_.session();
  Statement row = session.prepare("SELECT id, name, owner FROM crates WHERE id = ?");
  if (!row.bind(id).step()) return unknown(id);
  Crate crate{row.text(0), row.text(1), row.text(2), {}};
  readTracks(session, crate);
  return crate;
}

Result<Crate> Library::addCrate(std::string_view name, std::string_view owner) {
  const Result<std::string> checked = checkedName(name);
  if (!checked) return checked.error();
  const Crate crate{randomId(), *checked, std::string(owner), {}};
  Database::Session session = database_.session();
  session.prepare("INSERT INTO crates (id, name, owner) VALUES (?, ?, ?)")
      .bind(crate.id)
      .bind(crate.name)
      .bind(crate.owner)
      .run();
  return crate;
}

Result<Crate> Library::changeCrate(std::string_view id, std::string_view player,
                                   const CrateChange& change) {
  {
    Database::Session session = database_.session(Database::Mode::kTransaction);
    Result<Crate> found = crate(id);
    if (!found) return found;
    if (!player.empty() && found->owner != player) {
      return Error(ErrorCode::kForbidden,
                   fmt::format("crate {}: it is somebody else's", found->id));
    }
    if (change.name) {
      const Result<std::string> name = checkedName(*change.name);
      if (!name) return name.error();
      session.prepare("UPDATE crates SET name = ? WHERE id = ?").bind(*name).bind(id).run();
    }
    for (const std::string& track : change.remove) {
      session.prepare("DELETE FROM crate_tracks WHERE crate = ? AND track = ?")
          .bind(id)
          .bind(track)
          .run();
    }
    for (const std::string& track : change.add) appendTrack(session, id, track);
    session.commit();
  }
  return crate(id);
}

Result<Crate> Library::removeCrate(std::string_view id, std::string_view player) {
  Result<Crate> found = crate(id);
  if (!found) return found;
  if (!player.empty() && found->owner != player) {
    return Error(ErrorCode::kForbidden, fmt::format("crate {}: it is somebody else's", found->id));
  }
  Database::Session session = database_.session();
  session.prepare("DELETE FROM crates WHERE id = ?").bind(id).run();
  return found;
}

}  // namespace dju::storage
