#include "storage/evolution_store.h"

#include <fmt/format.h>

#include "storage/durable_changes.h"

namespace dju::storage {
namespace {

constexpr std::string_view kColumns =
    "lineage, creator, creator_name, request, history, generation, opened_at, created_at, ended_at";

EvolutionRow read(const Statement& row) {
  EvolutionRow evolution;
  evolution.lineage = row.text(0);
  evolution.creator = row.text(1);
  evolution.creatorName = row.text(2);
  evolution.request = nlohmann::json::parse(row.text(3), nullptr, false);
  evolution.history = row.text(4);
  evolution.generation = static_cast<int>(row.integer(5));
  evolution.openedAt = row.integer(6);
  evolution.createdAt = row.integer(7);
  evolution.endedAt = row.integer(8);
  return evolution;
}

}  // namespace

Result<void> EvolutionStore::add(const EvolutionRow& evolution) {
  DurableChanges changes(database_);
  changes
      ->prepare(fmt::format(
          "INSERT OR IGNORE INTO arena_evolutions ({}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
          kColumns))
      .bind(evolution.lineage)
      .bind(evolution.creator)
      .bind(evolution.creatorName)
      .bind(evolution.request.dump())
      .bind(evolution.history)
      .bind(evolution.generation)
      .bind(evolution.openedAt)
      .bind(evolution.createdAt)
      .bind(evolution.endedAt)
      .run();
  if (changes->changes() == 0)
    return Error(ErrorCode::kConflict,
                 fmt::format("evolution \"{}\": there is one of this name; choose another",
                             evolution.lineage));
  changes->commit();
  return {};
}

std::vector<EvolutionRow> EvolutionStore::evolutions() {
  Database::Session session = database_.session();
  Statement rows = session.prepare(
      fmt::format("SELECT {} FROM arena_evolutions ORDER BY created_at, lineage", kColumns));
  std::vector<EvolutionRow> evolutions;
  while (rows.step()) evolutions.push_back(read(rows));
  return evolutions;
}

Result<EvolutionRow> EvolutionStore::evolution(std::string_view lineage) {
  Database::Session session = database_.session();
  Statement row =
      session.prepare(fmt::format("SELECT {} FROM arena_evolutions WHERE lineage = ?", kColumns));
  row.bind(lineage);
  if (row.step()) return read(row);
  return Error(ErrorCode::kNotFound,
               fmt::format("evolution \"{}\": there is none of this name", lineage.substr(0, 40)));
}

bool EvolutionStore::advance(std::string_view lineage, int generation, const std::string& history,
                             std::int64_t now, std::int64_t endedAt) {
  DurableChanges changes(database_);
  changes
      ->prepare(
          "UPDATE arena_evolutions SET history = ?, generation = ?, opened_at = ?, ended_at = "
          "max(ended_at, ?) WHERE lineage = ? AND generation = ?")
      .bind(history)
      .bind(generation + 1)
      .bind(now)
      .bind(endedAt)
      .bind(lineage)
      .bind(generation)
      .run();
  if (changes->changes() == 0) return false;
  changes->commit();
  return true;
}

void EvolutionStore::end(std::string_view lineage, std::int64_t endedAt) {
  DurableChanges changes(database_);
  changes->prepare("UPDATE arena_evolutions SET ended_at = ? WHERE lineage = ? AND ended_at = 0")
      .bind(endedAt)
      .bind(lineage)
      .run();
  changes->commit();
}

}  // namespace dju::storage
