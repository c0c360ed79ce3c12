// The verdict over two mixes of which nobody knows what the hands did: recordings, judged by what a
// model says of their sound (sound_judge.h). It says how little it rests on. Callers: `dju judge`
// of audio files. Pure; any thread.
#pragma once

#include <array>
#include <optional>

#include "judge/rubric.h"
#include "judge/sound_judge.h"
#include "judge/verdict.h"

namespace dju::judge {

struct SoundRuling {
  // 0 to 1, with the rubric's weights over the heads that both opinions have.
  std::array<double, kSeats> totals{};
  // 0 to 1: the opinions' confidences with the rubric's weights; a head that the model does not
  // judge counts as one of which it knows nothing.
  std::array<double, kSeats> confidences{};
  // As a verdict's for these totals, drawn towards 1/2 by the lower confidence; empty where the
  // opinions share no head that counts. Exchanging the sides gives exactly the complement.
  std::optional<double> probabilityA;
};

SoundRuling soundRulingOf(const std::array<SoundOpinion, kSeats>& opinions, const Rubric& rubric);

}  // namespace dju::judge
