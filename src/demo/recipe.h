// A recipe: everything about a track that chance decides, drawn from a seed before a note exists.
// What belongs to the family (drum sounds, patterns, patches) is drawn from genre and family alone,
// so that data can be split by family; key, tempo, harmony and length are the track's own.
// Pure, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "demo/genres.h"

namespace dju::demo {

inline constexpr int kFamiliesPerGenre = 6;

struct DemoOptions {
  std::uint64_t seed = 1;
  std::vector<Genre> genres;  // empty = all eight
  int perGenre = 2;
  std::optional<double> seconds;  // about so long; default: drawn from 3 to 5 minutes
  std::optional<double> swing;    // share of a sixteenth; default: drawn from the genre's range
  bool fills = true;
  double humanizeMs = 2.5;  // spread of hands; the kick keeps the grid
};

// Drums, patterns and patches that the tracks of a family share.
struct Kit {
  KickSound kick;
  SnareSound snare;
  HatSound hat;
  HatSound openHat;
  HatSound ride;
  PercussionSound percussion;
  PercussionSound percussion2;
  Patch bass, chord, pad, lead;
  std::string_view kickPattern, snarePattern, hatPattern, openHatPattern, percussionPattern,
      percussionPattern2, bassPattern, chordPattern, leadPattern;
};

enum class Mode { kMinor, kMajor };

struct TrackRecipe {
  Genre genre = Genre::kHouse;
  int family = 0;
  std::uint64_t seed = 0;
  std::string title;
  double bpm = 120;
  int tonic = 0;  // pitch class, 0 = C
  Mode mode = Mode::kMinor;
  Progression progression{1, 1, 1, 1};
  Progression secondProgression{1, 1, 1, 1};  // of the breakdown
  double swing = 0;
  double humanizeMs = 0;
  bool fills = true;
  double seconds = 240;
  std::int64_t anchorFrame = 0;  // the first downbeat; before it there is silence
  Kit kit;

  std::string familyId() const;  // "house/3"
  std::string keyName() const;   // "A minor"
  std::string camelot() const;   // "8A"
  double framesPerBeat() const { return 48000.0 * 60.0 / bpm; }
};

Kit drawKit(Genre genre, int family);
// Track number `index` of a genre under these options.
TrackRecipe drawRecipe(const DemoOptions& options, Genre genre, int index);

}  // namespace dju::demo
