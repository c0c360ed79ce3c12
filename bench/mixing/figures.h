// What transitions are worth, gathered over pairs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mixer/quality.h"
#include "mixing/true_records.h"

namespace dju::bench {

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
  double seconds = 0, cpuSeconds = 0;  // of sound that was rendered, and what it took
};

// Plans the pair, plays what lies around the transition, measures it against the truth.
PairFigures measurePair(const TrueRecord& outgoing, const TrueRecord& incoming,
                        const mixer::MixParameters& parameters, const std::string& model);

// A table row and its heading.
std::string heading();
std::string row(const std::string& name, const std::vector<PairFigures>& pairs);
// How often each style was chosen: "bass_swap 12, cut 3".
std::string styles(const std::vector<PairFigures>& pairs);
// The mean of the pairwise differences of the score and its 95 % interval, by bootstrap.
std::string scoreDifference(const std::vector<PairFigures>& a, const std::vector<PairFigures>& b);

}  // namespace dju::bench
