// From a `midi-command` payload, in the document's MIDI form or the readable one, to what it asks
// for. A stranger's bytes: everything is checked, nothing is trusted (fuzz/command.cpp). Any
// thread.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "core/error.h"
#include "engine/command.h"
#include "engine/telemetry.h"

namespace dju::server {

// What a player wants: a command without the frame and sequence number that the engine gives it.
struct Intent {
  engine::ControlId control{};
  int target = 0;       // deck, monitor or sampler index, 0 for mixer controls
  double value = 0;     // sanitised by the registry
  std::string trackId;  // load, regrid and sampler_load only
  std::int64_t sentMs = 0;
  std::int64_t heardFrame = -1;
};

// `payload` is {battleId, playerId, command: {…}, sent?, heard?}; `decks` how many decks there are.
// Errors name the field, its value and what would be right.
Result<Intent> parseCommand(const nlohmann::json& payload, int decks);

// "A" … "D" to 0 … 3, or nothing.
std::optional<int> parseDeck(std::string_view letter);
inline std::string deckLetter(int index) {
  return std::string(1, static_cast<char>('A' + index));
}

}  // namespace dju::server
