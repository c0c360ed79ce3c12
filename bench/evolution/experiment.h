// Evolution by simulated votes against its own generation 0, whole and with parts left out. One
// thread.
#pragma once

#include <string_view>
#include <vector>

#include "evolution/duel.h"

namespace dju::bench {

struct Experiment {
  arena::Stage& stage;
  arena::Stage& quality;  // pairs for deciding on merges
  arena::Stage& heldOut;  // pairs for the result
  const Listeners& listeners;
  int generations, votes;  // votes a generation
};

// What parts of evolution are left out, by place.
std::vector<std::string_view> armNames();

// A row an audience and an arm, and one of all single tastes an arm, with its difference to the
// first arm. `audiences`: places in kTastes, kEverybody for all in one audience.
void printExperiment(const Experiment& on, int seeds, const std::vector<std::size_t>& arms,
                     const std::vector<std::size_t>& audiences);

// What could be won at all over the founder of lineages: by the mixer of 200 mutants that an
// audience likes best on the stage, told its taste without error, and by the best of all of them on
// each held-out pair, which no single mixer needs to reach.
void printReachable(const Experiment& on, const std::vector<std::size_t>& audiences);

}  // namespace dju::bench
