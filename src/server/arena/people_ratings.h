// How good people are, by the tournaments in which they met: Glicko-2, a tournament being a rating
// period, all of which is played from the ratings before it. Made anew from the results each time
// it is asked for. Any thread that may read the tournaments.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "server/arena/tournament.h"

namespace dju::server {

// {people} of docs/protocol.md, best first. `ended`: tournaments that have ended, in any order.
nlohmann::json peopleJson(std::vector<const Tournament*> ended);

}  // namespace dju::server
