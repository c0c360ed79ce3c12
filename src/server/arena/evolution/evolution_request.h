// An evolution of mixers as its host asks for it over HTTP: on which tracks mixers are compared,
// and what closes a round. Plain values; any thread.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "arena/evolution/lineage.h"

namespace dju::server {

using TrackPair = std::pair<std::string, std::string>;  // ids: outgoing, incoming

struct EvolutionRequest {
  arena::EvolutionSettings settings;
  std::vector<TrackPair> sets;     // that people vote on
  std::vector<TrackPair> heldOut;  // by which merged weights are kept or not
  int votesPerRound = 200;         // that count
  double hoursPerRound = 0;  // since its mixes were asked for; 0: only votes and the host close
  int clipSeconds = 60;
  int generations = 10;  // to be closed, after which it ends
};

// `seed`: where none is asked for. Without `heldOut`, up to four of the sets the other way round.
// Throws Error (kInvalid) with the place, what stands there and what may.
EvolutionRequest evolutionFrom(const nlohmann::json& asked, std::uint64_t seed);

// Whole, so that evolutionFrom() gives the same again.
nlohmann::json toJson(const EvolutionRequest& request);

}  // namespace dju::server
