// What a command that travelled does to its deck: where the deck would be now, and how far its
// motor on its way, had the command acted when its player heard what they acted upon ("remote
// hands", docs/architecture.md). Asked once, at ingress; the answer goes into the command, and the
// engine only obeys it.
//
// Every earlier command of that deck has been placed in the same way, so the deck already is where
// its player's commands would have put it, and what it was some frames ago follows from where it
// is: in the one motion it has been in since, as the player knows it. No history is needed, and
// several commands under way at once come out right. Only a slew is heard otherwise than it was
// meant, while it lasts: who lets go of a nudge by ear keeps what they heard.
//
// Pure; render thread or any other.
#pragma once

#include <optional>

#include "engine/battle.h"
#include "engine/command.h"

namespace dju::engine {

// What lay between the player and the engine.
struct Heard {
  FrameCount late = 0;  // frames from what was heard to Command::frame
  double owed = 0;      // track frames that a slew had still to make up for in what was heard
};

struct Placement {
  std::optional<double> position;  // Command::position
  std::optional<double> drive;     // Command::drive
};

// Empty where the command does the same whenever it acts, or where a hand holds the record.
// `battle` has carried out every command up to now (Battle::applyDue), and `command` acts at now().
Placement heardPlacement(const Battle& battle, const Command& command, const Heard& heard) noexcept;

}  // namespace dju::engine
