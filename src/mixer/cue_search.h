// Where one record can be left and the other entered for a style, and which of these places suit
// each other best: phrase upon phrase, no voice upon a voice, nothing wasted that belongs in the
// mix. Pure; any thread.
#pragma once

#include <optional>
#include <vector>

#include "mixer/genome.h"
#include "mixer/plan.h"

namespace dju::mixer {

struct CuePair {
  double exitBeat = 0, entryBeat = 0;  // as Transition's
  double cost = 0;
};

struct CueQuestion {
  Style style = Style::kLongBlend;
  int bars = 16;        // of the genome
  int enterBar = 0;     // likewise
  int meetingBar = 0;   // where phrases are to meet (styles.h)
  double multiple = 1;  // as Transition::tempoMultiple
  double earliestExit = 0;
  std::optional<double> wantedExit;
  double vocalCare = 0.7;
};

// The cheapest first, up to `most` (>= 1); none where one of the records has no room for it.
std::vector<CuePair> findCues(const TrackView& outgoing, const TrackView& incoming,
                              const CueQuestion& question, std::size_t most);

// Seconds in which both sing, bar by bar.
double crossedVoices(const TrackView& outgoing, const TrackView& incoming,
                     const CueQuestion& question, double exitBeat, double entryBeat);

}  // namespace dju::mixer
