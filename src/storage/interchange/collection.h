// Tracks as another DJ program describes them: what every reader of its files gives, and what
// apply.h takes over into the library. docs/interchange.md says what each format is taken to mean.
//
// Readers get strangers' bytes: they take at most kMaxCollectionBytes, and each has a fuzz target.
// Times are seconds from where that program begins to count, which for MP3 may lie before our first
// sample (apply.h judges that). Plain values; any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/beat_grid.h"
#include "music/track_info.h"

namespace dju::storage {

inline constexpr std::size_t kMaxCollectionBytes = 256 << 20;
inline constexpr std::size_t kMaxCollectionTracks = 200000;

struct ForeignTrack {
  std::string title, artist, key;
  std::string file;    // its name without folders; never opened
  double seconds = 0;  // 0 = unknown
  std::optional<BeatGrid> grid;
  std::vector<music::CuePoint> cues;
};

struct Collection {
  std::string program;  // rekordbox, Traktor, Mixxx, Serato
  std::vector<ForeignTrack> tracks;
};

}  // namespace dju::storage
