// A round of an evolution as the arena has it: a tournament among its population, whose votes breed
// the next one. What is computed here follows from what is stored, so a round that is closed again
// after a crash is closed the same. Any thread that may wait; closing takes seconds to minutes.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "arena/evolution/lineage.h"
#include "mixes/shelf.h"
#include "server/arena/evolution/evolution_request.h"
#include "storage/arena_store.h"
#include "storage/evolution_store.h"

namespace dju::server {

// Of the tournament in which a generation is heard.
std::string roundId(std::string_view lineage, int generation);

// The open generation as a tournament to be opened: without clips, and without controls.
storage::ArenaTournament roundTournament(const storage::EvolutionRow& evolution,
                                         const EvolutionRequest& request,
                                         const arena::Lineage& lineage);

// The votes of a generation's tournament with the weights that honesty gives them. The same person
// has the same number in all rounds. Those of pairs with a known answer are not among them.
std::vector<arena::LineageVote> roundVotes(storage::ArenaStore& store,
                                           const arena::Lineage& lineage, int generation);

// The lineage with its open round closed. `go`: asked now and then; once it says no, what is
// returned is of no use. Throws Error: kInvalid without votes, what Shelf says of lost tracks.
arena::Lineage closedBy(arena::Lineage lineage, std::vector<arena::LineageVote> votes,
                        const EvolutionRequest& request, mixes::Shelf& shelf,
                        const std::function<bool()>& go);

}  // namespace dju::server
