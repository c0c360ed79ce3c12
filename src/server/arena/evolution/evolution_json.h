// What the arena says of evolutions over HTTP, as docs/protocol.md has it. Pure; any thread that
// may read the tournament.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "arena/evolution/lineage.h"
#include "server/arena/arena_json.h"
#include "server/arena/evolution/evolution_request.h"
#include "server/arena/tournament.h"
#include "storage/evolution_store.h"

namespace dju::server {

struct EvolutionState {
  const Tournament* round = nullptr;  // of the open generation, where it is there
  std::string error;                  // why the round could not be closed; empty: nothing is known
};

nlohmann::json evolutionSummaryJson(const storage::EvolutionRow& row,
                                    const EvolutionRequest& request, const arena::Lineage& lineage,
                                    const EvolutionState& state);
// {settings, sets, rounds, mixers}: everything of a lineage but its votes and weights.
nlohmann::json lineageJson(const arena::Lineage& lineage, const EvolutionRequest& request,
                           const TrackName& nameOf);

}  // namespace dju::server
