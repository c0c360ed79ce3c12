// Where the tempo of a track changes so far that no single period fits: a record that speeds up, a
// medley, a mix of several tracks. estimateBeats calls it, on any thread; times are onset hops of
// 5 ms.
#pragma once

#include <cstddef>
#include <vector>

namespace dju::music {

struct TempoSection {
  std::size_t from = 0, to = 0;  // within some seconds; grid_fit.h finds the beat
  double period = 0;             // some period at which it repeats, within a percent
};

// Sections in order, from the first hop to the last; one where the tempo holds, also when the
// rhythm changes: a period agrees with a passage as long as it is a simple ratio of its own.
std::vector<TempoSection> tempoSections(const std::vector<float>& onset);

}  // namespace dju::music
