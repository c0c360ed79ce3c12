#include "server/arena/evolution/evolutions.h"

#include <fmt/format.h>

#include <algorithm>

#include "arena/evolution/evolution.h"
#include "core/log.h"
#include "server/arena/evolution/evolution_json.h"

namespace dju::server {
namespace {

using nlohmann::json;

constexpr std::string_view kEvolveJob = "evolve";
constexpr int kMostRunning = 5;
constexpr double kHourMs = 3600.0 * 1000;

arena::Lineage lineageOf(const storage::EvolutionRow& row) {
  return arena::parseLineage(row.history).valueOrThrow();
}

}  // namespace

Evolutions::Evolutions(Parts parts) : parts_(std::move(parts)), store_(parts_.library.database()) {
  parts_.jobs.handle(std::string(kEvolveJob),
                     [this](storage::JobContext& context) { return closeRound(context); });
}

Evolutions::Evolution Evolutions::evolutionOf(storage::EvolutionRow row) {
  Evolution evolution;
  evolution.lineage = lineageOf(row);
  evolution.request = evolutionFrom(row.request, 0);
  row.history.clear();
  evolution.row = std::move(row);
  return evolution;
}

void Evolutions::start() {
  for (storage::EvolutionRow& row : store_.evolutions()) {
    const std::string name = row.lineage;
    try {
      evolutions_.insert_or_assign(name, evolutionOf(std::move(row)));
    } catch (const Error& error) {
      log::error("evolution {}: {}", name, error.what());
    }
  }
  tick(storage::nowMs());
}

void Evolutions::tick(std::int64_t now) {
  for (auto& [name, evolution] : evolutions_) {
    try {
      goOn(evolution, now);
    } catch (const std::exception& error) {
      log::error("evolution {}: {}", name, error.what());
    }
  }
}

const Tournament* Evolutions::round(const Evolution& evolution) const {
  return parts_.tournament(roundId(evolution.row.lineage, evolution.row.generation));
}

// The next step of what is stored, whichever that is.
void Evolutions::goOn(Evolution& evolution, std::int64_t now) {
  if (evolution.row.endedAt != 0) return;
  const Tournament* open = round(evolution);
  if (open == nullptr) return openRound(evolution);
  if (!open->ended() && isDue(evolution, *open, now)) parts_.end(open->row().id);
  if (open->ended() && !open->awaitsVotes() && !isOrdered(evolution)) orderClosing(evolution);
}

// A job that failed is left to the host, who can see its error. One that was cancelled, or is not
// known any more, says nothing of the round and is ordered again; who wants no more rounds ends the
// evolution.
bool Evolutions::isOrdered(const Evolution& evolution) const {
  if (evolution.job.empty()) return false;
  const auto job = parts_.jobs.get(evolution.job);
  return job && job->state != storage::JobState::kCancelled;
}

bool Evolutions::isDue(const Evolution& evolution, const Tournament& round,
                       std::int64_t now) const {
  // Without a vote there is nothing to breed by: it waits.
  if (round.votes().empty()) return false;
  if (round.standings().counted >= evolution.request.votesPerRound) return true;
  return evolution.request.hoursPerRound > 0 && static_cast<double>(now - evolution.row.openedAt) >=
                                                    evolution.request.hoursPerRound * kHourMs;
}

void Evolutions::openRound(Evolution& evolution) {
  const arena::Lineage& lineage = evolution.lineage;
  for (const std::string& id : lineage.population)
    parts_.mixers.keep(lineage.member(id).model, mixes::Mixers::Offer::kByNameOnly);
  if (!lineage.rounds.empty())
    parts_.mixers.keep(lineage.member(lineage.rounds.back().champion()).model,
                       mixes::Mixers::Offer::kToAll);
  parts_.open(roundTournament(evolution.row, evolution.request, lineage));
}

void Evolutions::orderClosing(Evolution& evolution) {
  const auto job = parts_.jobs.submitOnce(
      std::string(kEvolveJob),
      {{"lineage", evolution.row.lineage}, {"generation", evolution.row.generation}});
  if (job)
    evolution.job = job->id;
  else
    log::warn("evolution {}: {}; it is tried again", evolution.row.lineage, job.error().what());
}

json Evolutions::closeRound(storage::JobContext& context) {
  const std::string name = context.job().payload.at("lineage");
  const int generation = context.job().payload.at("generation");
  const storage::EvolutionRow row = store_.evolution(name).valueOrThrow();
  if (row.generation == generation) {
    context.progress(0, "breed");
    const arena::Lineage before = lineageOf(row);
    const EvolutionRequest request = evolutionFrom(row.request, 0);
    const arena::Lineage after =
        closedBy(before, roundVotes(parts_.store, before, generation), request, parts_.shelf,
                 [&context] { return !context.cancelled(); });
    if (context.cancelled()) return nullptr;
    const std::int64_t now = storage::nowMs();
    store_.advance(name, generation, arena::toJson(after).dump(), now,
                   generation + 1 < request.generations ? 0 : now);
  }
  parts_.inOrder([this, name] { reread(name); });
  return {{"lineage", name}, {"generation", generation + 1}};
}

void Evolutions::reread(const std::string& lineage) {
  Evolution& evolution = find(lineage);
  evolution = evolutionOf(store_.evolution(lineage).valueOrThrow());
  // The last champion of one that has ended is offered, too.
  if (evolution.row.endedAt != 0 && !evolution.lineage.rounds.empty())
    parts_.mixers.keep(evolution.lineage.member(evolution.lineage.rounds.back().champion()).model,
                       mixes::Mixers::Offer::kToAll);
  goOn(evolution, storage::nowMs());
}

json Evolutions::create(const Identity& who, const json& asked, std::uint64_t seed) {
  const auto running = std::count_if(evolutions_.begin(), evolutions_.end(),
                                     [](const auto& each) { return each.second.row.endedAt == 0; });
  if (running >= kMostRunning)
    throw Error(ErrorCode::kTooMany,
                fmt::format("evolution: {} are going on; end one first", running));
  Evolution evolution;
  evolution.request = evolutionFrom(asked, seed);
  for (const auto* pairs : {&evolution.request.sets, &evolution.request.heldOut}) {
    for (const auto& [first, second] : *pairs) {
      parts_.library.track(first).valueOrThrow();
      parts_.library.track(second).valueOrThrow();
    }
  }
  evolution.lineage = arena::foundLineage(evolution.request.settings);
  storage::EvolutionRow& row = evolution.row;
  row.lineage = evolution.request.settings.lineage;
  row.creator = who.playerId;
  row.creatorName = who.name;
  row.request = toJson(evolution.request);
  row.history = arena::toJson(evolution.lineage).dump();
  row.createdAt = row.openedAt = storage::nowMs();
  store_.add(row).valueOrThrow();
  row.history.clear();
  const std::string name = row.lineage;
  goOn(evolutions_.insert_or_assign(name, std::move(evolution)).first->second, storage::nowMs());
  return describe(name);
}

Evolutions::Evolution& Evolutions::find(const std::string& lineage) {
  const auto found = evolutions_.find(lineage);
  if (found == evolutions_.end())
    throw Error(ErrorCode::kNotFound,
                fmt::format("evolution \"{}\": there is none of this name; see GET "
                            "/api/v1/arena/evolutions",
                            lineage.substr(0, 40)));
  return found->second;
}

Evolutions::Evolution& Evolutions::mayChange(const Identity& who, const std::string& lineage,
                                             bool isOperator) {
  Evolution& evolution = find(lineage);
  if (evolution.row.creator != who.playerId && !isOperator)
    throw Error(ErrorCode::kForbidden,
                fmt::format("evolution \"{}\": only its host may do that", lineage));
  if (evolution.row.endedAt != 0)
    throw Error(ErrorCode::kConflict, fmt::format("evolution \"{}\": it has ended", lineage));
  return evolution;
}

json Evolutions::close(const Identity& who, const std::string& lineage, bool isOperator) {
  Evolution& evolution = mayChange(who, lineage, isOperator);
  const Tournament* open = round(evolution);
  if (open == nullptr || open->preparing())
    throw Error(ErrorCode::kConflict,
                fmt::format("evolution \"{}\": the mixes of generation {} are still being made",
                            lineage, evolution.row.generation));
  if (open->votes().empty())
    throw Error(ErrorCode::kConflict,
                fmt::format("evolution \"{}\": nobody has voted on generation {} yet", lineage,
                            evolution.row.generation));
  if (!open->ended()) parts_.end(open->row().id);
  // Again where it was tried and failed; votes on their way are waited for (tick()).
  if (!open->awaitsVotes()) orderClosing(evolution);
  return summary(evolution);
}

json Evolutions::end(const Identity& who, const std::string& lineage, bool isOperator) {
  Evolution& evolution = mayChange(who, lineage, isOperator);
  evolution.row.endedAt = storage::nowMs();
  store_.end(lineage, evolution.row.endedAt);
  if (const Tournament* open = round(evolution); open != nullptr && !open->ended())
    parts_.end(open->row().id);
  return summary(evolution);
}

json Evolutions::summary(const Evolution& evolution) const {
  EvolutionState state;
  state.round = round(evolution);
  if (!evolution.job.empty()) {
    const auto job = parts_.jobs.get(evolution.job);
    if (job && job->state == storage::JobState::kFailed) state.error = job->error;
  }
  return evolutionSummaryJson(evolution.row, evolution.request, evolution.lineage, state);
}

json Evolutions::list() {
  std::vector<const Evolution*> all;
  for (const auto& [name, evolution] : evolutions_) all.push_back(&evolution);
  std::sort(all.begin(), all.end(), [](const Evolution* x, const Evolution* y) {
    return x->row.createdAt > y->row.createdAt;
  });
  json list = json::array();
  for (const Evolution* each : all) list.push_back(summary(*each));
  return {{"evolutions", list}};
}

json Evolutions::describe(const std::string& lineage) {
  const Evolution& evolution = find(lineage);
  const auto nameOf = [this](const std::string& id) -> json {
    const auto track = parts_.library.track(id);
    if (!track) return {{"id", id}, {"title", ""}, {"artist", ""}};
    return {{"id", id}, {"title", track->title}, {"artist", track->artist}};
  };
  json whole = summary(evolution);
  whole.update(lineageJson(evolution.lineage, evolution.request, nameOf));
  return whole;
}

std::string Evolutions::history(const std::string& lineage) {
  find(lineage);
  return store_.evolution(lineage).valueOrThrow().history;
}

}  // namespace dju::server
