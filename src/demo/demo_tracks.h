// Dance music made from a seed: `dju demo-tracks DIR --seed N`. It is the demo without a network,
// test material with exact truth, and training material in families. The same seed gives the same
// samples on every CPU. Any thread; a track takes a few seconds of one core and 200 MB.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "demo/arranger.h"
#include "demo/recipe.h"
#include "demo/sample.h"

namespace dju::demo {

struct Track {
  Sample audio;  // 48 kHz, mastered
  Score truth;
};

Track synthesize(const TrackRecipe& recipe);

struct WrittenTrack {
  std::filesystem::path audio;    // NAME.flac, 16 bits, tagged
  std::filesystem::path sidecar;  // NAME.beats.json (docs/demo-tracks.md)
};

// Called before each track with its number from 0, how many there will be, and its recipe.
using Progress = std::function<void(int index, int count, const TrackRecipe& recipe)>;

// Writes options.perGenre tracks of each genre into `directory`, which is created. Throws Error
// when a file cannot be written; an earlier file of the same name is replaced as a whole.
std::vector<WrittenTrack> writeDemoTracks(const std::filesystem::path& directory,
                                          const DemoOptions& options, const Progress& progress);

}  // namespace dju::demo
