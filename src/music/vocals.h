// When somebody sings or speaks.
//
// A voice gives itself away by partials that glide and tremble, formants that move about four times
// a second, and consonants between them. Statistics of the log-mel spectrum over one second around
// each moment are weighed by a small model trained on mixes of synthesised music with speech and
// singing (docs/analysis.md says how); what it finds is smoothed and short gaps are closed.
// Callers: analyse. Pure, any thread; times are seconds.
#pragma once

#include <vector>

namespace dju::music {

struct FeatureTrack;

struct Interval {
  double start = 0, end = 0;

  friend bool operator==(const Interval&, const Interval&) = default;
};

// By time, without overlaps, each at least a second long. `features` must hold log-mel of the
// standard definition.
std::vector<Interval> findVocals(const FeatureTrack& features);

}  // namespace dju::music
