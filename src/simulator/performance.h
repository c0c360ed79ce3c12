// A virtual DJ plays on the engine: two decks, headphones, one pair of hands. What the DJ does
// depends on what sounds, so the performance is rendered while it is made; its log replays to the
// same samples like that of any battle. Faster than real time; allocates. One call, one thread.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "engine/battle_log.h"
#include "engine/telemetry.h"
#include "simulator/performance_plan.h"

namespace dju::simulator {

// What was meant and when it was done.
struct PlayedTransition {
  TransitionPlan plan;
  int outgoing = 0, incoming = 1;  // indices of the plan's tracks
  int outgoingDeck = 0, incomingDeck = 1;
  Frame started;    // the incoming track, in the headphones
  Frame fadeBegin;  // the incoming track begins to be heard
  Frame fadeEnd;    // the outgoing one is silent
};

struct Performance {
  engine::BattleLog log;
  std::vector<PlayedTransition> transitions;
};

// Called with every block of the master, interleaved, kBlockFrames long, and the state that made
// it.
using PerformanceSink =
    std::function<void(std::span<const float> master, const engine::Telemetry& telemetry)>;

// Ends early, with fewer transitions, where a track is too short for its transition. Throws Error
// (kInvalid) when not even the first is possible.
Performance perform(const PerformancePlan& plan, const PerformanceSink& sink);

}  // namespace dju::simulator
