// What makes a genre: tempo range, patterns, sounds, harmony and balance, as data. A pattern is one
// or two bars of sixteenths. Drums: X accent, x normal, o ghost, '.' rest. Pitched parts: a degree
// of the scale counted from the chord's root (1–7, 8 the octave, 9 a third above it), '-' ties, '.'
// rests. Immutable after start, any thread.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "demo/drums.h"
#include "demo/synth.h"

namespace dju::demo {

enum class Genre {
  kHouse,
  kHardTechno,
  kDubstep,
  kDrumAndBass,
  kTrance,
  kHipHop,
  kDisco,
  kElectro,
};
inline constexpr int kGenreCount = 8;

enum class Part {
  kKick,
  kSnare,
  kHat,
  kOpenHat,
  kRide,
  kPercussion,
  kBass,
  kChord,
  kPad,
  kLead,
  kEffect
};
inline constexpr int kPartCount = 11;

// How loud a part is, how it meets the kick and which rooms it is in. Sends and duck: 0–1.
struct PartMix {
  double gainDb = -12;
  double duck = 0;
  double room = 0;
  double hall = 0;
  double delay = 0;
  double highPassHz = 20;
};

using Patterns = std::vector<std::string_view>;
using Progression = std::array<int, 4>;  // degrees of the scale, one a bar or two

// Whose drums carry the intro: four to the floor, or a broken beat over a pad.
enum class Feel { kFourToTheFloor, kBroken };

struct GenreSpec {
  Genre genre;
  std::string_view id;
  std::string_view name;
  double bpmLow, bpmHigh;
  double swingLow, swingHigh;  // share of a sixteenth by which every second one is late
  Feel feel;
  double duckBeats;   // how long the kick ducks the rest
  double loudness;    // LUFS
  double minorShare;  // of the keys
  int barsPerChord;
  int chordNotes;  // 3 triads … 5 ninths
  int chordLow;    // MIDI note the voicing starts at
  Patterns kick, snare, hat, openHat, percussion, bass, chord, lead;
  std::vector<Progression> progressions;
  KickSound kickFrom, kickTo;
  SnareSound snareFrom, snareTo;
  HatSound hatFrom, hatTo;
  std::vector<PercussionSound::Kind> percussionKinds;
  std::vector<Patch> bassPatches, chordPatches, padPatches, leadPatches;
  std::array<PartMix, kPartCount> mix;
};

const GenreSpec& genreSpec(Genre genre);
// The genre with this id ("drum_and_bass"), or nullptr.
const GenreSpec* findGenre(std::string_view id);

}  // namespace dju::demo
