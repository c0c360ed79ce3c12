// Mixxx' database, mixxxdb.sqlite: titles, keys, cues, and grids as BeatGrid-2.0 and BeatMap-1.0,
// which are small Protocol Buffers (Mixxx: src/proto/beats.proto). An operator's own file, never
// one that is uploaded: a database is more than a parser should be trusted with. Any thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string_view>

#include "core/error.h"
#include "storage/interchange/collection.h"

namespace dju::storage {

// Opens read-only. Fails when it is no such database.
Result<Collection> readMixxx(const std::filesystem::path& database);

// The `beats` blob of a track. `version` is its beats_version; frames are of `sampleRate`.
std::optional<BeatGrid> parseMixxxBeats(std::span<const std::uint8_t> blob,
                                        std::string_view version, double sampleRate);

}  // namespace dju::storage
