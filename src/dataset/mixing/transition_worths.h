// What transitions are worth, for a mixer that learns by listening (mixer/reading_mixer.h): pairs
// of synthesised records, ways of passing from one to the other that the rules hold for possible,
// each played, heard and judged against true beats, beside the picture that the mixer sees of it
// before anything is played.
//
// Records come by families of kits and patterns; each family stands in one split only, and a pair
// has both of its records from one. The same recipe gives the same bytes, with any number of jobs.
// A third of a second of a core for each transition and one for each record.
#pragma once

#include <cstdint>
#include <filesystem>

#include "dataset/crates.h"

namespace dju::dataset {

struct WorthRecipe {
  std::uint64_t seed = 31;
  int families = 12;         // of each genre, a track each; three or more
  int familiesAtATime = 16;  // of each genre, in memory (11.5 MB a minute of each record)
  int firstFamily = 7000;
  int genres = 8;
  double trackSeconds = 150;
  int pairs = 320;    // three of four within a genre
  int waysAPair = 8;  // transitions that are played
};

struct WorthReport {
  std::size_t tracks = 0, pairs = 0, transitions = 0;
};

// `jobs`: threads, 1 or more. Throws Error when the folder holds a data set.
WorthReport makeTransitionWorths(const std::filesystem::path& directory, const WorthRecipe& recipe,
                                 int jobs, const ReportProgress& progress);

}  // namespace dju::dataset
