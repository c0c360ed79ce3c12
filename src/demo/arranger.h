// From a recipe to a score: sections in phrases of eight bars, what plays in each, every hit and
// note with its frame, and the truth about beats. Pure, any thread; times are frames at 48 kHz.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "demo/recipe.h"

namespace dju::demo {

enum class SectionKind { kIntro, kGroove, kBuild, kDrop, kBreakdown, kOutro };
std::string_view sectionName(SectionKind kind);

struct Section {
  SectionKind kind;
  int startBar;
  int bars;
};

enum class Drum {
  kKick,
  kSnare,
  kSnareGhost,
  kHat,
  kHat2,
  kOpenHat,
  kRide,
  kPercussion,
  kPercussion2,
  kTom,
  kCrash,
  kImpact,
  kRiser,
  kFall
};
inline constexpr int kDrumCount = 14;

struct Hit {
  std::int64_t frame;
  Drum drum;
  float velocity;
};

struct PlayedNote {
  std::int64_t frame;
  Part part;
  Note note;
  float velocity;
};

// How far a part's filter is open (0–1) from a frame on, moving in a line to the next point.
struct FilterPoint {
  std::int64_t frame;
  float open;
};

struct Score {
  std::vector<Section> sections;
  std::vector<Hit> hits;            // by frame
  std::vector<PlayedNote> notes;    // by frame
  std::vector<FilterPoint> filter;  // of chords, pads and leads, by frame
  std::vector<double> beats;        // exact, in frames
  std::int64_t frames = 0;          // of the whole track, tail included
  int bars = 0;
  double riserSeconds = 0;
};

Score arrange(const TrackRecipe& recipe);

// MIDI note of a degree of the recipe's scale; degree 1 is the tonic in the octave that begins at
// MIDI note 12·(octave+1) + tonic.
int scaleNote(const TrackRecipe& recipe, int degree, int octave);

}  // namespace dju::demo
