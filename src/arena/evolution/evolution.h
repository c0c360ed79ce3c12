// Evolution of mixers by votes: a population that people compare, of which the best-rated, and the
// best of every kind (archive.h), have children; a reward model trained on the votes chooses among
// those before anybody hears them. Everything follows from the lineage, its seed and the votes.
//
//   Lineage lineage = foundLineage(settings);
//   … people vote on pairs of lineage.population …
//   closeRound(lineage, votes, stage, heldOut, quality);
//
// No input or output; one thread.
#pragma once

#include <functional>
#include <vector>

#include "arena/evolution/archive.h"
#include "arena/evolution/lineage.h"
#include "arena/evolution/stage.h"

namespace dju::arena {

// Generation 0: rules@1 and small changes of it.
Lineage foundLineage(const EvolutionSettings& settings);

// What a mixer is worth on the held-out pairs, more is better: merged weights must not have less
// than both parents.
using HeldOutQuality = std::function<double(const mixer::MixerModel& model)>;

// Rates the population by all votes so far, records the round and opens the next. Throws Error
// (kInvalid) for votes on who is not in the population, or none at all.
void closeRound(Lineage& lineage, std::vector<LineageVote> votes, Stage& stage,
                const HeldOutQuality& quality);

// The best of each kind among all that were rated, by the last ratings.
Archive archiveOf(const Lineage& lineage, Stage& stage);

// Trained on the votes of all closed rounds.
RewardModel rewardOf(const Lineage& lineage, Stage& stage);

}  // namespace dju::arena
