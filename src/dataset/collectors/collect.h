// Gathers what a collector finds into a data set (docs/dataset.md): each record in a folder of its
// own, its windows in shards, what is not to be learned from in rejects.txt with the reason.
// Records that share a DJ or a track stand on the same side; sides are dealt 70 : 15 : 15 as far as
// that allows. Callers: app/. One thread; allocates.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "dataset/collectors/collector.h"
#include "dataset/splits.h"

namespace dju::dataset {

// Means of what people said of a window, by its item: head to score.
using WindowRatings = std::map<std::string, std::map<std::string, double>>;

struct CollectOptions {
  std::uint64_t seed = 1;
  WindowRatings ratings;  // become labels where the formulas say nothing
};

struct CollectReport {
  std::size_t records = 0, windows = 0, rated = 0;
  std::vector<std::string> rejects;  // "item: reason"
};

// Throws Error when the folder cannot be written or holds a data set.
CollectReport collectInto(const std::filesystem::path& directory, Collector& collector,
                          const CollectOptions& options);

// The side of each record, of whom each is known by the names that nobody may meet on another side.
std::vector<SplitName> dealSides(const std::vector<std::vector<std::string>>& records,
                                 std::uint64_t seed);

}  // namespace dju::dataset
