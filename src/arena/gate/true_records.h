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
  std::string family;        // "house/9001"; empty: unknown
};

// From here on come families of kits and patterns that nothing is trained on: figures are theirs.
inline constexpr int kHeldOutFamilies = 9000;

// One track of a family (simulator/crate.h).
TrueRecord synthesisedRecord(std::uint64_t seed, int genre, int family, int index, double seconds);
// `perGenre` tracks of each of the first `genres` of the eight, each of a family of its own, from
// those that nothing is trained on.
std::vector<TrueRecord> synthesised(std::uint64_t seed, int genres, int perGenre, double seconds);

}  // namespace dju::arena
