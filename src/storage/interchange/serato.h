// Cues, loops and beat grids that Serato writes into the audio files themselves: "Serato Markers2"
// and "Serato BeatGrid", in GEOB frames of ID3v2 (MP3, AIFF, WAV) and in Vorbis comments of FLAC.
// The layout was worked out and published by J. Holzhaus ("serato-tags"). Any thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string_view>

#include "core/error.h"
#include "storage/interchange/collection.h"

namespace dju::storage {

struct SeratoTags {
  std::optional<BeatGrid> grid;
  std::vector<music::CuePoint> cues;

  bool empty() const { return !grid && cues.empty(); }
};

using TagBytes = std::span<const std::uint8_t>;

// The first bytes of a file: an ID3v2 tag or a FLAC header. Anything else, and what is damaged,
// gives nothing.
SeratoTags parseSeratoTags(TagBytes head);
// Reads at most the first 16 MiB of a file.
SeratoTags readSeratoTags(const std::filesystem::path& file);

// The contents of the two tags.
std::vector<music::CuePoint> parseSeratoMarkers(TagBytes payload);
std::optional<BeatGrid> parseSeratoBeatGrid(TagBytes payload);

}  // namespace dju::storage
