// What a transition of two records is worth, measured on its sound and against true beats: of the
// benchmark of mixers and of the gate that new versions pass. Renders about a minute; any thread.
#pragma once

#include <optional>
#include <vector>

#include "arena/gate/true_records.h"
#include "mixer/contestants.h"
#include "mixer/quality.h"

namespace dju::arena {

struct PairFigures {
  mixer::Style style = mixer::Style::kFade;
  bool matched = false;
  std::vector<double> offsetsMs;  // sizes, every 100 ms while both can be followed
  std::optional<double> medianMs, p95Ms;
  std::optional<bool> phraseAligned;  // by true phrases (of eight bars)
  std::optional<bool> barAligned;     // by true downbeats; of matched transitions
  bool wreck = false;                 // as the judge sees it by true beats
  double truePeakDbtp = -120;
  std::optional<double> stepLu, heardStepLu;
  double doubleBassSeconds = 0, vocalOverlapSeconds = 0;
  std::optional<double> score;         // the judge's, of the transition
  judge::TransitionParts parts;        // of which the score is the mean
  double seconds = 0, cpuSeconds = 0;  // of sound that was rendered, and what it took
};

// Plans the pair, plays what lies around the transition, measures it against the truth.
PairFigures measurePair(const TrueRecord& outgoing, const TrueRecord& incoming,
                        const mixer::MixParameters& parameters,
                        const mixer::Contestant& contestant);

// The value that a share of all do not exceed; nothing of none.
std::optional<double> quantile(std::vector<double> values, double share);

}  // namespace dju::arena
