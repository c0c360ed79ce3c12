// How each school moves the controls of a transition, and how faults spoil it: a list of moves on
// the beats of the playing track. Pure; any thread.
#pragma once

#include <vector>

#include "core/random.h"
#include "engine/controls.h"
#include "simulator/performance_plan.h"

namespace dju::simulator {

// One move of one control. Beats count from when the incoming track was started.
struct Gesture {
  double beat = 0;
  engine::ControlId control{};
  int target = 0;
  double to = 0;
  double beats = 0;  // how long the move takes; 0: at once
};

struct TransitionGestures {
  std::vector<Gesture> gestures;  // by beat
  double fadeBegin = 0;           // beat at which the incoming track begins to be heard
  double fadeEnd = 0;             // beat from which on the outgoing one is silent
};

// `outgoing` and `incoming`: decks, 0 or 1. The incoming deck's bass is expected closed for schools
// that exchange basses (startsWithoutBass).
TransitionGestures drawGestures(const TransitionPlan& plan, const VirtualDj& dj, int outgoing,
                                int incoming, Random& random);
bool startsWithoutBass(const TransitionPlan& plan);

// Where the crossfader lies when only this deck is heard.
inline double crossfaderSide(int deck) {
  return deck % 2 == 0 ? -1 : 1;
}

}  // namespace dju::simulator
