// When somebody speaks, by the power of 4 ms blocks (P.862, section 10.1.1). Callers: utterances.
// Pure.
#pragma once

#include <vector>

#include "quality/pesq/speech.h"

namespace dju::quality::pesq {

inline constexpr std::int64_t kBlock = kSpeechRate * 4 / 1000;

struct SpeechActivity {
  std::vector<char> active;     // a block each: 1 = speech, pauses below 200 ms included
  std::vector<float> envelope;  // log of the power above the threshold, 0 below it
};

SpeechActivity speechActivity(const Samples& samples);

}  // namespace dju::quality::pesq
