// Where in the test each part of the reference is heard: P.862's time alignment (section 10.1;
// Rix, Hollier, Hekstra and Beerends, J. Audio Eng. Soc. 50:10, 2002, part I). A stream may repeat
// or drop sound, so the delay may change between utterances and within them.
//
// Callers: pesq.cpp. Any thread; allocates.
#pragma once

#include <cstdint>
#include <vector>

#include "quality/pesq/speech.h"

namespace dju::quality::pesq {

// A stretch of the reference, in samples, that is heard `delay` samples later in the test.
struct Utterance {
  std::int64_t begin = 0, end = 0;
  std::int64_t delay = 0;
  double confidence = 0;  // 0 … 1: how many of its frames agree on the delay
};

// Of both, what voiceBand() leaves. They cover the reference without gaps, in order; empty if it
// holds no speech.
std::vector<Utterance> findUtterances(const Samples& reference, const Samples& test);

// The delay of the utterance that holds sample `index` of the reference.
std::int64_t delayAt(const std::vector<Utterance>& utterances, std::int64_t index);

}  // namespace dju::quality::pesq
