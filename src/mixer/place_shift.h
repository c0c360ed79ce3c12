// Transitions that people have moved along their records: a plan follows them as far as there is
// room. Plain values; any thread.
#pragma once

#include <map>
#include <vector>

#include "mixer/plan.h"

namespace dju::mixer {

// Where people want a transition instead of where the model has put it, in bars of each record,
// later or earlier. Records end somewhere: it is followed as far as there is room.
struct PlaceShift {
  int exitBars = 0, entryBars = 0;  // within kMostShiftBars either way

  friend bool operator==(const PlaceShift&, const PlaceShift&) = default;
};
inline constexpr int kMostShiftBars = 512;
using PlaceShifts = std::map<std::size_t, PlaceShift>;  // by number of the transition

struct ShiftedPlan {
  Plan plan;
  std::vector<PlaceShift> followed;  // one a transition
};

// As planMix() of plan.h; throws Error (kInvalid) for a moved transition that there is not, too.
ShiftedPlan planMix(std::span<const TrackView> tracks, const MixParameters& parameters,
                    const Contestant& contestant, const EditedGenomes& edited,
                    const PlaceShifts& shifts);

}  // namespace dju::mixer
