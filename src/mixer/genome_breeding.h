// Crossing and mutating genomes, for search and evolution: by whole curves and by bars, so that a
// child is made of things that somebody played. Children always pass checkGenome(). Deterministic
// in the random numbers; any thread.
#pragma once

#include "core/random.h"
#include "mixer/genome.h"

namespace dju::mixer {

// Parents of one length: each curve from one or the other, some changing parents at a bar line.
// Parents of two lengths: the one's length and curves, the other's brought to it. Effects, loops
// and cuts come from one parent each.
Genome cross(const Genome& mother, const Genome& father, Random& random);

// `strength` 0 … 1: how much of it changes.
Genome mutate(const Genome& genome, double strength, Random& random);

// The same moves within another number of bars.
Genome resized(const Genome& genome, int bars);

}  // namespace dju::mixer
