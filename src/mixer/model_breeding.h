// Crossing, mutating and merging mixer models, for evolution. Children pass checkModel(), their
// numbers are whole 1/1024ths, so that their text is short and exact. Deterministic in the random
// numbers; any thread.
#pragma once

#include <cstdint>
#include <string>

#include "core/random.h"
#include "mixer/mixer_model.h"

namespace dju::mixer {

// Plays as rules@1, but has a network that can learn: drawn by `seed`, with outputs of 0. All
// models that come of it share its hidden units' order, so that they can be averaged.
MixerModel blankModel(const std::string& lineage, std::uint64_t seed);

struct Mutation {
  double priors = 0.5;  // 0 … 1, how much changes
  double head = 0.5;    // likewise; 0 leaves the network as it is
};
MixerModel mutate(const MixerModel& model, const Mutation& mutation, Random& random);

// Each prior from one of the parents, each hidden unit with its weights, too.
MixerModel cross(const MixerModel& mother, const MixerModel& father, Random& random);

// The mean of both, for parents of one lineage.
MixerModel merge(const MixerModel& one, const MixerModel& other);

}  // namespace dju::mixer
