// `dju dataset simulate`: a data set of performances by virtual DJs. Everything follows from the
// recipe; the number of jobs changes nothing but the time it takes. The folder transitions/ is a
// data set of its own, of the same performances on their beats (beat_windows.h). Throws Error where
// the disk or a track refuses. Allocates; starts `jobs` threads and ends them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "dataset/crates.h"
#include "dataset/record.h"

namespace dju::dataset {

enum class DatasetKind {
  kTechnical,  // one or two transitions, mostly within a genre
  kCreative,   // sets of several tracks that change genre more often
};

struct DatasetRecipe {
  DatasetKind kind = DatasetKind::kTechnical;
  std::uint64_t seed = 1;
  int performances = 100;
  int djs = 60;
  std::vector<std::string> genres;  // ids of demo/genres.h; empty: all
  int families = 12;                // of each genre
  int firstFamily = 0;              // their first number (crates.h)
  int tracksPerFamily = 2;
  double trackSeconds = 130;     // about
  double augmented = 0.4;        // share of the performances for training (augment.h)
  std::filesystem::path tracks;  // a folder of files to play instead of synthesised tracks
};

struct DatasetReport {
  std::size_t windows = 0;
  std::size_t transitionWindows = 0;  // in the folder transitions/, on the beat
  double audioSeconds = 0;            // that the windows cover, overlaps counted once a window
  double sizeShare = 0;               // of the same windows as 16-bit stereo at 44.1 kHz
  int skipped = 0;                    // performances whose tracks were too short
};

// The recipe of a data set that was simulated; `tracks` is left empty, since paths are not kept.
// Throws Error when it was not simulated.
DatasetRecipe recipeOf(const std::filesystem::path& directory);

// Plays performances of a recipe again, with what reached the ear: interleaved stereo at 48 kHz.
void playAgain(const DatasetRecipe& recipe, const std::vector<int>& performances,
               const ReportProgress& progress,
               const std::function<void(int index, const Recording& recording,
                                        std::span<const float> sound)>& take);

DatasetReport simulateDataset(const std::filesystem::path& directory, const DatasetRecipe& recipe,
                              int jobs, const ReportProgress& progress);

}  // namespace dju::dataset
