// Any sequence of valid commands: every control there is, on four decks, at any frame, with and
// without a position. For tests of the engine; header only.
#pragma once

#include <cstdint>
#include <vector>

#include "core/random.h"
#include "engine/command.h"
#include "engine/controls.h"
#include "engine/telemetry.h"

namespace dju::engine::test {

inline double valueFor(ControlId id, Random& random) {
  const ControlInfo& control = info(id);
  if (id == ControlId::kLoad || id == ControlId::kRegrid) return random.below(3);
  if (id == ControlId::kUnload) return random.chance(0.1) ? 1 : 0;
  if (control.unit == "frames") return random.uniform(-100000, 1.1e6);
  if (control.kind == ControlKind::kChoice)
    return control.choices[random.below(control.choiceCount)];
  const bool sw = control.kind == ControlKind::kToggle || control.kind == ControlKind::kHold;
  if (sw || control.kind == ControlKind::kTrigger) return random.chance(0.6) ? 1 : 0;
  return random.uniform(control.min, control.max);
}

inline std::vector<Command> commandsOf(std::uint64_t seed, double seconds) {
  Random random(seed);
  std::vector<Command> commands;
  double at = 0;
  for (std::uint32_t seq = 0; at < seconds * kSampleRate; ++seq) {
    Command command;
    command.seq = seq;
    command.frame = Frame(static_cast<std::int64_t>(at));
    command.target = static_cast<std::uint8_t>(random.below(kMaxDecks));
    command.control = static_cast<ControlId>(random.below(kControlCount));
    // Decks that play give the rest something to act on.
    if (random.chance(0.1)) command.control = ControlId::kPlay;
    if (seq < kMaxDecks) command.control = ControlId::kLoad;
    if (seq < kMaxDecks) command.target = static_cast<std::uint8_t>(seq);
    command.value = valueFor(command.control, random);
    if (random.chance(0.1)) command.position = random.uniform(-1e5, 1.1e6);
    commands.push_back(command);
    at += random.chance(0.1) ? 0 : random.uniform(0, 4000);
  }
  return commands;
}

}  // namespace dju::engine::test
