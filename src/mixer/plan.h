// A mix before it sounds: the order of the records, where each passes into the next, and how. Data
// that people can change before play.h carries it out. Planning takes milliseconds, so that every
// turn of a knob can plan anew. Plain values; any thread.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mixer/genome.h"
#include "mixer/parameters.h"
#include "mixer/track_view.h"

namespace dju::mixer {

enum class TempoPath {
  kOwn,    // not matched: each keeps its own tempo
  kHold,   // the incoming record takes the outgoing one's tempo and returns to its own afterwards
  kMeet,   // both move to the middle before, and the incoming one returns afterwards
  kGlide,  // likewise, but on the way from one tempo to the other while both are heard
};
inline constexpr std::array<std::string_view, 4> kTempoPathNames = {"own", "hold", "meet", "glide"};

struct Transition {
  Genome genome;
  double exitBeat = 0;   // of the outgoing record: the genome's bar 0
  double entryBeat = 0;  // of the incoming record: where it starts, at the genome's enterBar
  TempoPath tempoPath = TempoPath::kOwn;
  // Of the outgoing record, percent from its own tempo, where the genome's tempo curve is 0 and 1.
  double startPercent = 0, endPercent = 0;
  // What the incoming record's beats are counted by to meet the outgoing one's: 0.5, 1 or 2.
  double tempoMultiple = 1;

  bool matched() const { return tempoPath != TempoPath::kOwn; }
};

// A record's part in a mix.
struct Turn {
  std::size_t track = 0;  // index of those that were given
  double trimDb = 0;      // on top of auto gain
};

struct Plan {
  std::string model;  // "rules@1"
  MixParameters parameters;
  std::vector<Turn> turns;
  std::vector<Transition> transitions;  // one fewer
  // Beat of the last record at which it has been faded out; none: it plays to its own end.
  std::optional<double> endBeat;
};
// Raised whenever the same model gives another plan for the same wish, so that no mix is taken for
// what it would be today.
inline constexpr int kPlanRevision = 2;
inline constexpr double kEndingBeats = 32;  // for which the last record is faded out

// What can be told before anything is listened to: throws Error (kInvalid) for fewer than two.
void checkTrackCount(std::size_t tracks);

// Genomes that people wrote, by number of the transition: they stand in for the model's. Where one
// is longer or shorter, the cues move so that phrases meet where they would have, as far as both
// records have room for that.
using EditedGenomes = std::map<std::size_t, Genome>;

// Throws Error: kNotFound for a model or version that there is not, kInvalid for fewer than two
// tracks and for an edited transition that there is not.
Plan planMix(std::span<const TrackView> tracks, const MixParameters& parameters,
             std::string_view model, const EditedGenomes& edited = {});
// By a contestant that is not among those with a name here (contestants.h).
struct Contestant;
Plan planMix(std::span<const TrackView> tracks, const MixParameters& parameters,
             const Contestant& contestant, const EditedGenomes& edited = {});

// Everything a contestant is told about the transition that it is to write.
struct Situation {
  double earliestExit = 0;           // beat of the outgoing record
  std::optional<double> wantedExit;  // likewise, where the length of the mix is given
  std::vector<Style> before;         // of this mix so far
};

}  // namespace dju::mixer
