// Where the pieces come from: real ones from a folder, synthesised ones from seeds. Each is made
// when its turn comes, so that one at a time is in memory.
//
// Callers: bench_analysis. One thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "analysis/material.h"

namespace dju::bench {

struct Source {
  std::string set;  // dev, synth, voices
  std::function<std::optional<Piece>()> make;
};

// NAME.ogg of `folder` with NAME.beats and NAME.downbeats (a time in seconds a line) and index.csv
// with the columns file, bpm, bpm_alt, key, tempo_changes. A piece without beats is left out. Whole
// pieces; throws Error when one cannot be decoded. `worker` is dju_decode_worker.
std::vector<Source> realPieces(const std::filesystem::path& folder,
                               const std::filesystem::path& worker,
                               const std::filesystem::path& scratch);

// `perGenre` whole tracks of each of the eight genres.
std::vector<Source> synthesisedPieces(std::uint64_t seed, int perGenre);

// One track of each genre under a voice, sung and spoken in turn.
std::vector<Source> voicedPieces(std::uint64_t seed);

// Cells of one line of CSV; quoted cells may hold commas and doubled quotes.
std::vector<std::string> splitCsv(const std::string& line);

}  // namespace dju::bench
