// From a score to sound: renders every drum and note once, lays them on the buses of their parts,
// filters, ducks, sends and sums. Allocates as it goes; one call renders a whole track. Any thread.
#pragma once

#include "demo/arranger.h"
#include "demo/sample.h"

namespace dju::demo {

// The mix before mastering, score.frames long, 48 kHz.
Sample renderScore(const TrackRecipe& recipe, const Score& score);

}  // namespace dju::demo
