// What the arena says over HTTP, as docs/protocol.md has it. Pure; any thread that may read the
// tournament.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "server/arena/ballots.h"
#include "server/arena/tournament.h"

namespace dju::server {

// {id, title, artist} of a track, however little is known of it.
using TrackName = std::function<nlohmann::json(const std::string& id)>;

nlohmann::json summaryJson(const Tournament& tournament);
nlohmann::json tournamentJson(const Tournament& tournament, const TrackName& nameOf);
nlohmann::json ballotJson(const Ballot& ballot, const Tournament& tournament,
                          const TrackName& nameOf);
nlohmann::json heardJson(const Hearing& hearing);
// Who mixed what, after the vote; `pair` and `side` as the ballot had them.
nlohmann::json revealJson(const Ballot& ballot, const Tournament& tournament,
                          const std::string& choice);
// {began, finished, share?, interval?}: the share of those who began, with its interval.
nlohmann::json participantsJson(const Tournament::Participants& participants);
// {mean, interval?, ratings, listeners}; mean null without ratings.
nlohmann::json meanStarsJson(const arena::MeanRating& stars);
nlohmann::json voteJson(const storage::ArenaVote& vote);

}  // namespace dju::server
