// PESQ (ITU-T P.862, narrow band, with P.862.1's mapping; P.862.2, wide band): the mean opinion
// score that listeners would give to speech that came through a channel, against what went in. For
// a talk-over voice in the stream; not for music, and never without a reference.
//
// Written from the recommendation's description; readings and limits: docs/quality.md. Any thread;
// allocates. A passage of 8 to 20 s is meant; 10 s take about 0.1 s of one core and band.
#pragma once

#include "core/error.h"
#include "quality/pesq/speech.h"
#include "quality/sound.h"

namespace dju::quality {

struct PesqScore {
  double raw = 0;     // P.862's own scale, -0.5 … 4.5
  double mosLqo = 0;  // mean opinion score, listening quality, objective: 1.02 … 4.55 (wide: 4.64)
  double disturbance = 0;
  double asymmetricDisturbance = 0;
  int utterances = 0;  // stretches with a delay of their own
};

inline constexpr double kShortestSpeechSeconds = 0.5, kLongestSpeechSeconds = 120;

// Of any rate and number of channels, which are mixed; delay and level may differ. Errors
// (kInvalid): too short or too long, silent, no speech found in the reference.
Result<PesqScore> pesqScore(const Sound& reference, const Sound& test, pesq::Band band);

// P.862.1 and P.862.2: from the raw score to MOS-LQO.
double mosLqo(double raw, pesq::Band band);

}  // namespace dju::quality
