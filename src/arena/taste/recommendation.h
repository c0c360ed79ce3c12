// Parameters for a listener's own mixes: those with which rules@1 would play, on pairs of records,
// what his profile says he likes. One thread; a plan a pair and value that is tried.
#pragma once

#include <string>
#include <vector>

#include "arena/evolution/stage.h"
#include "arena/taste/taste_profile.h"

namespace dju::arena {

struct Recommendation {
  mixer::MixParameters parameters;
  std::vector<std::string> changed;  // names of the parameters that are not `base`'s
  double worth = 0;                  // above `base`, mean of the pairs, log odds
};

// Goes through transitionBars, boldness, effects, harmonicStrictness and vocalCare one after the
// other; a value is taken where it is worth more than a tenth of log odds.
Recommendation recommend(const TasteProfile& profile, const std::vector<mixer::TrackView>& tracks,
                         const std::vector<Stage::Pair>& pairs,
                         const mixer::MixParameters& base = {});

}  // namespace dju::arena
