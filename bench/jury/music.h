// The jury's records: dance music in which everything is to be heard that a DJ can do wrong. Drums,
// a bass line and chords that keep to the record's key, phrases of eight bars that end with a fill
// and begin with a crash. Kit, patterns and timbres are drawn by the seed, so two records differ in
// more than their key. Not the training simulator's music (src/demo/): other sounds, other
// patterns.
#pragma once

#include <cstdint>

#include "engine/test_support.h"

namespace dju::jury {

// A record of 76 s on an exact grid, the first beat at its first frame. `key`: 0 to 11 major
// from C, 12 to 23 minor, as engine::LoadedTrack's. Made once a program and kept.
const engine::test::TestTrack& record(double bpm, int key, std::uint64_t seed);

}  // namespace dju::jury
