// Rhythms from chance: a groove of a random style with sampled drums, a bass and chords, tempo that
// holds, drifts or jumps, breaks without a kick. It teaches a tracker what the demo tracks' eight
// genres do not: other drums, odd balances, off-beat hats louder than the beat.
//
// Callers: the data recipe. Any thread; the same seed gives the same piece.
#pragma once

#include <cstdint>

#include "corpus/drum_samples.h"
#include "corpus/piece.h"

namespace dju::corpus {

Piece improvise(const DrumSamples& drums, std::uint64_t seed, double seconds);

}  // namespace dju::corpus
