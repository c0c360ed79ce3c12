#include "server/arena/evolution/evolution_json.h"

#include <cmath>
#include <map>

#include "server/arena/evolution/evolution_round.h"

namespace dju::server {
namespace {

using nlohmann::json;

double rounded(double value, double steps) {
  return std::round(value * steps) / steps;
}

const char* stateOf(const storage::EvolutionRow& row, const EvolutionState& state) {
  if (row.endedAt != 0) return "ended";
  if (!state.error.empty()) return "failed";
  if (state.round == nullptr || state.round->preparing()) return "preparing";
  return state.round->ended() ? "closing" : "running";
}

json ratingJson(const arena::RatedMember& rated) {
  return {{"points", rounded(rated.points, 10)},
          {"interval", {rounded(rated.interval.low, 10), rounded(rated.interval.high, 10)}}};
}

json setsJson(const std::vector<TrackPair>& pairs, const TrackName& nameOf) {
  json sets = json::array();
  for (const auto& [first, second] : pairs)
    sets.push_back({{"tracks", {nameOf(first), nameOf(second)}}});
  return sets;
}

json roundJson(const arena::Lineage& lineage, const arena::LineageRound& round) {
  json ratings = json::array(), winners = json::object();
  for (const arena::RatedMember& rated : round.ratings) {
    ratings.push_back(ratingJson(rated));
    ratings.back()["mixer"] = rated.id;
  }
  for (std::size_t i = 0; i < arena::kTraits; ++i)
    winners[std::string(arena::kTraitNames[i])] = rounded(round.winners[i], 1000);
  return {{"generation", round.generation},
          {"tournament", roundId(lineage.settings.lineage, round.generation)},
          {"votes", round.votes.size()},
          {"champion", round.champion()},
          {"coverage", rounded(round.coverage, 1000)},
          {"mergesTried", round.mergesTried},
          {"mergesKept", round.mergesKept},
          {"ratings", std::move(ratings)},
          {"winners", std::move(winners)}};
}

json mixersJson(const arena::Lineage& lineage) {
  std::map<std::string, json> heard, ratings;
  for (const arena::LineageRound& round : lineage.rounds) {
    for (const arena::RatedMember& rated : round.ratings) {
      heard[rated.id].push_back(round.generation);
      ratings[rated.id] = ratingJson(rated);  // the last, by all votes until then
    }
  }
  json mixers = json::array();
  for (const arena::LineageMember& member : lineage.members) {
    json mixer = {{"id", member.id},
                  {"name", lineage.settings.lineage + "@" + member.id},
                  {"generation", member.generation},
                  {"birth", arena::kBirthNames[static_cast<std::size_t>(member.birth)]},
                  {"parents", member.parents},
                  {"heardIn", heard.contains(member.id) ? heard[member.id] : json::array()}};
    if (ratings.contains(member.id)) mixer["rating"] = ratings[member.id];
    mixers.push_back(std::move(mixer));
  }
  return mixers;
}

}  // namespace

json evolutionSummaryJson(const storage::EvolutionRow& row, const EvolutionRequest& request,
                          const arena::Lineage& lineage, const EvolutionState& state) {
  json out = {{"lineage", row.lineage},
              {"state", stateOf(row, state)},
              {"creator", {{"playerId", row.creator}, {"name", row.creatorName}}},
              {"createdAt", row.createdAt},
              {"generation", row.generation},
              {"generations", request.generations},
              {"population", request.settings.population},
              {"votesPerRound", request.votesPerRound},
              {"hoursPerRound", request.hoursPerRound},
              {"tournament", roundId(row.lineage, row.generation)},
              {"openedAt", row.openedAt},
              {"votes", state.round == nullptr ? 0 : state.round->votes().size()},
              {"counted", state.round == nullptr ? 0 : state.round->standings().counted}};
  if (row.endedAt != 0) out["endedAt"] = row.endedAt;
  if (!state.error.empty()) out["error"] = state.error;
  if (!lineage.rounds.empty())
    out["champion"] = row.lineage + "@" + lineage.rounds.back().champion();
  return out;
}

json lineageJson(const arena::Lineage& lineage, const EvolutionRequest& request,
                 const TrackName& nameOf) {
  json rounds = json::array();
  for (const arena::LineageRound& round : lineage.rounds)
    rounds.push_back(roundJson(lineage, round));
  return {{"seed", request.settings.seed},
          {"clipSeconds", request.clipSeconds},
          {"sets", setsJson(request.sets, nameOf)},
          {"heldOut", setsJson(request.heldOut, nameOf)},
          {"rounds", std::move(rounds)},
          {"mixers", mixersJson(lineage)},
          {"open", lineage.population}};
}

}  // namespace dju::server
