// Sound files of the data recipe: what a package brings is read, what we render is written for
// others to listen to and measure on. Any thread. Throws Error naming the file.
#pragma once

#include <filesystem>
#include <vector>

#include "corpus/piece.h"

namespace dju::corpus {

// Interleaved stereo at 48 kHz: mono goes to both sides, other rates are resampled by soxr.
std::vector<float> readStereo(const std::filesystem::path& file);

// NAME.flac (48 kHz, 16 bits), NAME.beats and, where bars are known, NAME.downbeats: one time in
// seconds a line.
void writePiece(const std::filesystem::path& directory, const std::string& name,
                const Piece& piece);

// One time in seconds a line.
std::vector<double> readTimes(const std::filesystem::path& file);

}  // namespace dju::corpus
