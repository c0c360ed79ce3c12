// Whether and how two tempos are brought together. Real mixes change a record's tempo by less than
// 5 % in 86 and by less than 10 % in 94 of 100 plays (Kim et al., "A computational analysis of
// real-world DJ mixes using mix-to-track subsequence alignment", ISMIR 2020). Pure; any thread.
#pragma once

#include "mixer/plan.h"

namespace dju::mixer {

struct TempoMatch {
  TempoPath path = TempoPath::kOwn;  // kOwn: they cannot be
  double multiple = 1;               // as Transition::tempoMultiple
  double startPercent = 0, endPercent = 0;
  double apartPercent = 0;  // what lies between the tempos, halves and doubles allowed; >= 0
};

// `rangePercent`: how far each may be moved; `bars`: how long both will be heard.
TempoMatch matchTempos(double outgoingBpm, double incomingBpm, double rangePercent, int bars);

}  // namespace dju::mixer
