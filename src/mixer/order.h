// The order of the records: tempo, key, timbre and genre of neighbours, and the energy that is
// wanted at each place. Pure; any thread. All orders up to 8 records, a search by exchanges and
// reversals beyond: 50 records take some ten ms.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "mixer/parameters.h"
#include "mixer/track_view.h"

namespace dju::mixer {

std::vector<std::size_t> orderTracks(std::span<const TrackView> tracks,
                                     const MixParameters& parameters);

// How badly one record follows another, 0 and more: what the search adds up.
double neighbourCost(const TrackView& outgoing, const TrackView& incoming,
                     const MixParameters& parameters);

// Steps on the wheel by which DJs mix (judge::KeyDistance::wheelSteps); nothing where a key is not
// known.
std::optional<int> wheelSteps(const TrackView& a, const TrackView& b);
// 0 for keys that mix … 1 for a clash; a half where one is not known.
double keyClash(const TrackView& a, const TrackView& b);

}  // namespace dju::mixer
