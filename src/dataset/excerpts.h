// `dju dataset excerpts`: tens of thousands of windows, each of another pair of tracks
// (simulator/excerpt.h). What a model needs to learn beats from sound is many independent pairs;
// performances give a dozen windows of each. Same files, labels and splits as simulate_dataset.h.
//
// Tracks are made a few families at a time, played in many excerpts each and dropped, so that
// memory does not grow with their number. Everything follows from the recipe. Throws Error where
// the disk or a track refuses. Allocates; starts `jobs` threads and ends them.
#pragma once

#include "dataset/crates.h"

namespace dju::dataset {

struct ExcerptRecipe {
  TrackChoice tracks{1, {}, 96, 1, 75, {}, 0};  // 96 families a genre, a track of 75 s each
  int familiesAtATime = 12;  // of each genre in memory: 96 tracks of two minutes are 2 GB
  int excerpts = 20000;
  double augmented = 0.4;  // share of the excerpts for training that reach the ear changed
};

struct ExcerptReport {
  std::size_t windows = 0, tracks = 0;
};

ExcerptReport makeExcerpts(const std::filesystem::path& directory, const ExcerptRecipe& recipe,
                           int jobs, const ReportProgress& progress);

}  // namespace dju::dataset
