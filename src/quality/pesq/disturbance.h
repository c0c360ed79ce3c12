// How much of a difference a listener notices, frame by frame and in all (ITU-T P.862, sections
// 10.2.6 to 10.2.13; Beerends, Hekstra, Rix and Hollier, J. Audio Eng. Soc. 50:10, 2002, part II).
// Callers: pesq.cpp. Pure; allocates.
#pragma once

#include <vector>

#include "quality/pesq/bark.h"
#include "quality/pesq/utterances.h"

namespace dju::quality::pesq {

struct Disturbance {
  double plain = 0;       // any difference
  double asymmetric = 0;  // what the test added, which disturbs more than what it lost
};

// Of all frames together. `reference` and `test` as received, `utterances` not empty.
Disturbance disturbance(const Samples& reference, const Samples& test,
                        const std::vector<Utterance>& utterances);

// Of one frame, before weighting over time. Both at the same level and spectrum.
Disturbance frameDisturbance(const BarkBands& reference, const BarkBands& test);

}  // namespace dju::quality::pesq
