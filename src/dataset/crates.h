// What is played for a data set: tracks, synthesised or read, dealt out to the splits by family.
// Callers: simulate_dataset.h, excerpts.h. One thread; tracks stay in memory (11.5 MB a minute).
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "dataset/splits.h"
#include "demo/genres.h"
#include "simulator/crate.h"

namespace dju::dataset {

struct DatasetProgress {
  std::string what;  // "tracks", "performances"
  int done = 0, of = 0;
};
using ReportProgress = std::function<void(const DatasetProgress&)>;

struct TrackChoice {
  std::uint64_t seed = 1;
  std::vector<std::string> genres;  // ids of demo/genres.h; empty: all
  int families = 12;                // of each genre
  int tracksPerFamily = 2;
  double trackSeconds = 130;     // about
  std::filesystem::path folder;  // of files to take instead of synthesised tracks
  // A family's kit is the same for every seed: what is to be new to a model has other numbers.
  int firstFamily = 0;
};

// Throws Error when none is known.
std::vector<demo::Genre> genresNamed(const std::vector<std::string>& ids);

// Some families of a choice; all of them, where it is a folder's.
class Crates {
 public:
  // The choice's families `from` to `until` - 1 of each genre, counted from 0. Throws Error where a
  // file cannot be read.
  Crates(const TrackChoice& choice, int from, int until, const ReportProgress& progress);
  explicit Crates(const TrackChoice& choice, const ReportProgress& progress)
      : Crates(choice, 0, choice.families, progress) {}
  Crates(const Crates&) = delete;
  Crates& operator=(const Crates&) = delete;

  // Deals its families out: synthesised ones genre by genre, so that each side has all genres; of
  // files nobody knows the genre for sure.
  void dealInto(Splits& splits);
  // Looks its families up among those that were dealt before.
  void divideBy(const Splits& splits);

  const std::vector<simulator::CrateTrack>& tracks() const { return tracks_; }
  // Of a side, once that is known.
  const std::vector<const simulator::CrateTrack*>& crate(SplitName split) const {
    return crates_[static_cast<std::size_t>(split)];
  }

 private:
  void synthesize(int from, int until, const ReportProgress& progress);
  void readFiles(const ReportProgress& progress);
  std::string groupOf(const simulator::CrateTrack& track) const;

  TrackChoice choice_;
  std::vector<simulator::CrateTrack> tracks_;
  std::array<std::vector<const simulator::CrateTrack*>, kSplits.size()> crates_;
};

// Deals out all families of a choice that is synthesised, of which none exists yet: as
// Crates::dealInto() would.
void dealFamilies(const TrackChoice& choice, Splits& splits);

}  // namespace dju::dataset
