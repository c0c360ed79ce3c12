// How a deck, the mixer and the headphones are told to clients: the DeckState and BattleState of
// docs/protocol.md, from telemetry and control values. Pure; any thread.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>

#include "engine/battle.h"

namespace dju::server {

// The document's DeckState and our additions. `track` is the loaded track's summary, or null.
// `value` gives a control's position as set (not ramped).
nlohmann::json deckState(const engine::Telemetry& telemetry, int deck, const nlohmann::json& track,
                         const std::function<double(engine::ControlId, int)>& value);

// Every control of `scope` of `target` that keeps a value, by name.
nlohmann::json controlValues(engine::ControlScope scope, int target,
                             const std::function<double(engine::ControlId, int)>& value);

}  // namespace dju::server
