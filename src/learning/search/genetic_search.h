// Looks for the settings with the smallest loss by a genetic algorithm (pagmo's: tournaments,
// crossover, mutation, the best survive), over ranges and choices alike. The first generation is
// drawn by chance. The same seed asks for the same points, so a search is taken up again by its
// log.
//
// What is tried is the caller's; nothing here knows of models. Callers: search/model_search.h.
// Blocks; one thread.
#pragma once

#include <cstdint>
#include <functional>

#include "learning/search/search_space.h"
#include "learning/search/trial_log.h"

namespace dju::learning {

struct GeneticSearch {
  int population = 5;   // trials a generation
  int generations = 4;  // the first, by chance, among them
  std::uint64_t seed = 1;
};

// Tries settings and gives the loss of each epoch to `goOn`, which says whether to train on.
using TrySettings = std::function<void(const ModelSettings& settings,
                                       const std::function<bool(double loss)>& goOn)>;

// Adds to the log what it tries; gives the best of the log. Throws what `tryOut` throws.
Trial searchSettings(const SearchSpace& space, const GeneticSearch& options, TrialLog& log,
                     const TrySettings& tryOut);

}  // namespace dju::learning
