// The XML collection that rekordbox reads and writes, as Pioneer DJ documents it ("rekordbox XML
// format list"). Reading takes title, artist, length, key, TEMPO and POSITION_MARK; writing gives
// the same. Any thread.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "core/error.h"
#include "storage/interchange/collection.h"
#include "storage/library.h"

namespace dju::storage {

// Fails when it is no such XML.
Result<Collection> parseRekordbox(std::string_view xml);

struct ExportedTrack {
  Track track;
  music::TrackInfo info;
  std::string location;  // where the DJ has the file: a path, or only its name
};

// The tracks of a crate (empty = all) or one track, with locations from `locate`. Fails for an
// unknown crate or track, and with kTooLarge for more than `most` tracks (0 = any number).
struct ExportScope {
  std::string crate, track;
};
Result<std::string> exportRekordbox(Library& library, const ExportScope& scope,
                                    const std::function<std::string(const Track&)>& locate,
                                    int most = 0);

// A whole document. With a name, the tracks are in a playlist of it too.
std::string formatRekordbox(std::span<const ExportedTrack> tracks, const std::string& playlist);

}  // namespace dju::storage
