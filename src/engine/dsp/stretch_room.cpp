// Making room for stretch.h: the part that allocates.
#include "engine/dsp/stretch.h"

namespace dju::engine {

SpliceSearch::SpliceSearch(TrackOutline& outline)
    : outline_(outline),
      sound_(2 * (kLongestReach + 2 * kLongestLag + 2 * kLongestFade + 4 * kMargin) /
             TrackOutline::kCoarseFrames),
      fine_(4 * kLongestFade + 4 * kLongestLag) {}

StretchReader::StretchReader(const VarispeedBank& bank)
    : reader_(bank), transients_(outline_), search_(outline_) {}

}  // namespace dju::engine
