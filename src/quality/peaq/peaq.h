// PEAQ, the basic version of ITU-R BS.1387: how much worse than its reference a sound is for a
// trained listener, as an objective difference grade. For what codec, stretch and stream do to
// sound; never for taste, and never without a reference.
//
// Readings of the recommendation and limits: docs/quality.md. Any thread; allocates. About 25 times
// faster than the sound lasts (bench/quality.cpp).
#pragma once

#include "core/error.h"
#include "quality/peaq/model_outputs.h"
#include "quality/sound.h"

namespace dju::quality {

struct PeaqGrade {
  // Objective difference grade: 0 imperceptible, -1 perceptible but not annoying, -2 slightly
  // annoying, -3 annoying, -4 very annoying. The network's range is -3.98 … 0.22.
  double odg = 0;
  double distortionIndex = 0;
  peaq::ModelOutputs outputs;
  int frames = 0;  // of 21.3 ms, counted
};

// Both at 48 kHz, one or two channels each, of the same length (at least a second) and aligned
// (quality/align.h). Errors (kInvalid): another rate, differing channels or lengths, too short,
// silence in one of both (which the model, made for small differences, grades too well).
Result<PeaqGrade> peaqGrade(const Sound& reference, const Sound& test);

}  // namespace dju::quality
