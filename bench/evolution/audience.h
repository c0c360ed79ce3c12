// The records that a benchmark of evolution plays: synthesised ones of four genres, pairs of them,
// mixers of all sorts to scale tastes by, and votes of simulated listeners. One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "arena/evolution/lineage.h"
#include "arena/evolution/stage.h"
#include "evolution/listeners.h"
#include "simulator/crate.h"

namespace dju::bench {

struct Crate {
  std::vector<simulator::CrateTrack> tracks;
  std::vector<mixer::TrackView> views;
};

// Of each of four genres; crates whose `family` is 100 apart share no family of tunes.
std::unique_ptr<Crate> makeCrate(int family, int perGenre);

// Pairs of one genre three times out of four, else of any two records. The crate outlives it.
arena::Stage stageOf(const Crate& crate, int count, std::uint64_t seed);

// Chains of `mutations` of the founder of lineages.
std::vector<mixer::MixerModel> mutants(int count, int mutations, std::uint64_t seed);

inline constexpr std::size_t kEverybody = kTasteCount;  // all five tastes in one audience
std::size_t tasteOf(std::size_t audience, std::uint32_t voter);

// Of forty voters on random pairs of the population, each on one pair of records.
std::vector<arena::LineageVote> vote(const arena::Lineage& lineage, arena::Stage& stage,
                                     const Listeners& listeners, std::size_t audience, int count,
                                     Random random);

}  // namespace dju::bench
