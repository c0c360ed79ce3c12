// A command: one control moved, at one frame. The log is made of these; the engine does what they
// say and nothing else.
#pragma once

#include <cstdint>
#include <optional>

#include "core/time.h"
#include "engine/controls.h"

namespace dju::engine {

// Who may be named in a command: 0 and 1 are DJ A and DJ B, 255 the server itself.
using PlayerIndex = std::uint8_t;
inline constexpr PlayerIndex kServerPlayer = 255;

// When a command was made, for audits and latency figures. It changes nothing in the engine.
struct Provenance {
  std::int64_t sentMs = 0;         // client's clock, ms since the Unix epoch; 0 = unknown
  std::int64_t heardFrame = -1;    // engine frame the player heard when acting; -1 = unknown
  std::int64_t arrivedFrame = -1;  // engine frame at which the server had the command; -1 = unknown

  friend bool operator==(const Provenance&, const Provenance&) = default;
};

struct Command {
  Frame frame;            // acts exactly before this frame is rendered
  std::uint32_t seq = 0;  // order among commands of one frame, and identity in the log
  ControlId control{};
  std::uint8_t target = 0;  // deck, monitor or sampler index by the control's scope; 0 (mixer)
  PlayerIndex player = kServerPlayer;
  double value = 0;  // sanitised by the registry
  // Where the deck is to be at `frame`, in track frames, as resolved at ingress from what the
  // player heard (heard_placement.h): transport controls place it there, phase controls slew it
  // there. The engine obeys; without it, a command acts where the deck is.
  std::optional<double> position;
  // How far a brake or a spin-up is on its way at `frame`: the share of the motor's speed, 0 … 1,
  // resolved likewise. Without it, it begins then.
  std::optional<double> drive;
  Provenance provenance;

  friend bool operator==(const Command&, const Command&) = default;
};

}  // namespace dju::engine
