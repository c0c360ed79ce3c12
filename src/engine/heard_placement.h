// Where a command that travelled puts its deck: where the deck would be now, had the command acted
// when its player heard what they acted upon ("remote hands", docs/architecture.md). Asked once, at
// ingress; the answer becomes Command::position, and the engine only obeys it.
//
// Every earlier command of that deck has been placed in the same way, so the deck already is where
// its player's commands would have put it, and what it was `late` frames ago follows from where it
// is: in the one motion it has been in since, as the player knows it. No history is needed, and
// several commands under way at once come out right.
//
// Pure; render thread or any other.
#pragma once

#include <optional>

#include "engine/battle.h"
#include "engine/command.h"

namespace dju::engine {

// `late`: frames between what was heard and Command::frame, above 0. Nothing where the command does
// the same whenever it acts, or where a hand holds the record. `battle` has carried out every
// command up to now (Battle::applyDue), and `command` acts at now().
std::optional<double> heardPlacement(const Battle& battle, const Command& command,
                                     FrameCount late) noexcept;

}  // namespace dju::engine
