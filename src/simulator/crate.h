// What virtual DJs play: a track in memory with everything that is known of it. Synthesised ones
// come with exact truth and a family, by which data is split; files are decoded and analysed like
// any import. Any thread; a synthesised track takes a second or two of one core.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "crate/record.h"
#include "demo/recipe.h"

namespace dju::simulator {

struct CrateTrack : crate::Record {
  std::string family;   // kit and pattern family ("house/3"); a file is its own family
  std::string genre;    // "house", or empty where nobody knows
  std::string license;  // SPDX, or "unknown"
};

// The recipe of track `index` of a family. Families are not limited to those of `dju demo-tracks`:
// `family` may be any number from 0 on.
demo::TrackRecipe familyRecipe(std::uint64_t seed, demo::Genre genre, int family, int index,
                               double seconds);

CrateTrack synthesizeCrateTrack(const demo::TrackRecipe& recipe);

// crate::readRecord(); throws Error also where there is no steady beat to mix by.
CrateTrack readCrateTrack(const std::filesystem::path& file, const std::filesystem::path& cache);

}  // namespace dju::simulator
