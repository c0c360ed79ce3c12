// What a virtual DJ means to play, faults included: which tracks, by which school, how far off.
// Drawn before anything sounds; what comes of it is for performance.h to hear. Pure; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "simulator/crate.h"
#include "simulator/technique.h"
#include "simulator/virtual_dj.h"

namespace dju::simulator {

struct TransitionPlan {
  School school = School::kLongBlend;
  FaultStrengths faults;
  double fadeBeats = 32;
};

struct PerformancePlan {
  std::string name;
  std::uint64_t seed = 0;
  VirtualDj dj;
  std::vector<const CrateTrack*> tracks;    // in order; they outlive the plan
  std::vector<TransitionPlan> transitions;  // one fewer
  double firstTempoPercent = 0;
  double transposeSemitones = 0;  // of all tracks, by key shift
};

struct PlanOptions {
  int transitions = 2;
  std::string firstGenre;  // of the first track; empty: any
  // Chance that a track is followed by one of another genre, where tempos allow.
  double genreChange = 0.1;
};

// `crate`: at least two tracks. Faults as the DJ's habits have them, the school by its weights, the
// next track among those whose tempo can be matched and whose keys mix (or clash, by fault).
PerformancePlan planPerformance(std::span<const CrateTrack* const> crate, const VirtualDj& dj,
                                std::uint64_t seed, const PlanOptions& options);

// By what `incoming` is multiplied to be nearest to `playing`: 0.5, 1 or 2.
double tempoMultiple(double playingBpm, double incomingBpm);

}  // namespace dju::simulator
