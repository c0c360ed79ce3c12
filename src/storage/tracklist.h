// What was played, in order: each track at the moment its deck was first set running with it.
#pragma once

#include <nlohmann/json.hpp>

#include "engine/battle_log.h"

namespace dju::storage {

// {frame, deck, trackId, title, artist} of a play command. Any thread.
nlohmann::json tracklistEntry(const engine::Command& play, const engine::LogTrack& track);

// Of a whole log, in order. Any thread.
nlohmann::json tracklist(const engine::BattleLog& log);

}  // namespace dju::storage
