// Two drum machines at 125 BPM as sound judges hear them.
#pragma once

#include "judge/sound_judge.h"

namespace dju::serving::testing {

// So long from `start` on, one machine `lateMs` behind the other, `player` answering.
void hearDrums(judge::SoundJudge& judge, double seconds, double lateMs, engine::PlayerIndex player,
               Frame start = {});

}  // namespace dju::serving::testing
