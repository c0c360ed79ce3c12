// What a model's network looks at: a pair of records and one way of passing from one to the other,
// as numbers of about -1 to 1. No libm beyond square roots goes into them but what the analysis
// already holds, so that they are the same everywhere. Pure; any thread.
#pragma once

#include <array>
#include <string_view>

#include "mixer/cue_search.h"
#include "mixer/tempo_match.h"

namespace dju::mixer {

inline constexpr std::array<std::string_view, 22> kSituationFeatureNames = {
    "tempoApart",      // of 8 %; 1 where tempos are not matched
    "tempoMultiple",   // 1: a beat of one is two of the other
    "keyClash",        // 0 … 1, 0.5 unknown
    "genreDiffers",    // 0 or 1, 0.5 unknown
    "timbreDistance",  // of 12 dB
    "energyOut",       // mean of the whole record
    "energyIn",
    "energyBefore",  // eight bars before the transition
    "energyAfter",   // eight bars behind it
    "energyStep",    // from before to after
    "energyDip",     // by which the louder record in between is below both
    "voices",        // seconds in which both sing, of 8
    "bars",          // of 32
    "exitAtDrop",    // what begins there in the outgoing record
    "exitAtOutro",
    "entryAtIntro",  // likewise in the incoming one
    "entryAtDrop",
    "phraseOut",  // bars of the phrase that is left, of 16
    "phraseIn",   // of the one that is entered
    "unplayed",   // share of the outgoing record behind the transition
    "skipped",    // share of the incoming one before it
    "repeated"};  // 1: the style of the transition before
inline constexpr std::size_t kSituationFeatures = kSituationFeatureNames.size();
using SituationFeatures = std::array<float, kSituationFeatures>;

// What is the same for all candidates of a pair.
struct PairOutlook {
  const TrackView& outgoing;
  const TrackView& incoming;
  double keyClash = 0.5;
  std::optional<bool> genresDiffer;
  double timbreDistance = 0;  // dB
};
PairOutlook outlookOf(const TrackView& outgoing, const TrackView& incoming);

SituationFeatures situationFeatures(const PairOutlook& pair, const TempoMatch& match,
                                    const CueQuestion& question, const CuePair& cues,
                                    const Situation& situation);

}  // namespace dju::mixer
