// What a genome asks of the engine's controls at exact bars, apart from curves that move evenly.
// Pure; any thread.
#pragma once

#include <array>
#include <vector>

#include "engine/controls.h"
#include "engine/telemetry.h"
#include "mixer/genome.h"

namespace dju::mixer {

struct Move {
  double bar = 0;
  engine::ControlId control{};
  int deck = 0;
  double value = 0;
};

engine::ControlId laneControl(Lane lane);

// The gain curve, or 0 where a cut leaves the side out.
double heardGain(const Genome& genome, Side side, double bar);

// By bar. `decks`: of the outgoing and the incoming record.
std::vector<Move> timedMoves(const Genome& genome, const std::array<int, 2>& decks);

}  // namespace dju::mixer
