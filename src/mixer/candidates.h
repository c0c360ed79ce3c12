// Every way in which one record may pass into another, as the rules see them: a style, a length, a
// pair of places, and what they cost together. rules@1 takes the cheapest; models choose among them
// by what they add (rules.cpp) or hear (reading_mixer.h). Pure; any thread.
#pragma once

#include <vector>

#include "mixer/cue_search.h"
#include "mixer/mixer_model.h"
#include "mixer/situation_features.h"
#include "mixer/tempo_match.h"

namespace dju::mixer {

struct Candidate {
  Style style{};
  int bars = 0;
  CuePair cues;
  double cost = 0;  // of the style, the length, the pair and the places; lower is better
  CueQuestion question;
  TempoMatch match;  // as far as it is known before the places are
};

class CandidateBook {
 public:
  // All outlive the book.
  CandidateBook(const TrackView& outgoing, const TrackView& incoming, const Situation& situation,
                const MixParameters& parameters, const MixerPriors& priors = {});

  // Up to `places` pairs of places (>= 1) of each style and length, the cheapest first; in the
  // order of styles and lengths. None where the records have no room for any.
  std::vector<Candidate> candidates(std::size_t places) const;
  SituationFeatures featuresOf(const Candidate& candidate) const;
  // Carried out, with the tempo as it is there. `shape`: the priors' and the model's together.
  Transition written(const Candidate& candidate, const BlendShape& shape) const;
  // A record that has no room for any of it is followed by the next when it ends.
  Transition lastResort() const;

  const TrackView& outgoing() const { return outlook_.outgoing; }
  const TrackView& incoming() const { return outlook_.incoming; }

 private:
  bool possible(Style style, const TempoMatch& match) const;
  double pairCost(Style style) const;
  Transition placed(Genome genome, double exitBeat, double entryBeat, double glide) const;

  const Situation& situation_;
  const MixParameters& wishes_;
  const MixerPriors& priors_;
  PairOutlook outlook_;
  bool beats_;  // both can be matched, as far as beats go
  int wish_;    // bars
};

}  // namespace dju::mixer
