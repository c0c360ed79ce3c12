// Records of which we know better than the analysis where their beats are. The mixer gets what the
// analysis heard; figures are taken against the truth. Any thread; some seconds of a core a track.
#pragma once

#include <string>
#include <vector>

#include "crate/record.h"
#include "judge/judged_track.h"

namespace dju::arena {

struct TrueRecord {
  crate::Record record;      // as analysed
  judge::JudgedTrack truth;  // beats, and phrases where they are known
  std::string genre;         // true; empty: unknown
};

// Synthesised: `perGenre` tracks of each of the first `genres` of the eight, each of a family of
// its own, from a range of families that nothing else in the project is made of.
std::vector<TrueRecord> synthesised(std::uint64_t seed, int genres, int perGenre, double seconds);

}  // namespace dju::arena
