// How much a track asks of a floor, moment by moment.
//
// One value a second from 0 to 1, on one scale for all tracks: loudness, the weight of the low band
// and the density of onsets, averaged over four seconds around each. 0 is silence; mastered club
// music reads about 0.4 in a breakdown, 0.6 in an intro of drums, 0.8 and more in a drop. Method:
// docs/analysis.md. Callers: analyse. Pure, any thread.
#pragma once

#include <vector>

namespace dju::music {

struct FeatureTrack;

inline constexpr double kEnergyRate = 1;  // values a second; value i is centred at i + 0.5 seconds

// One value for each begun second. `features` must hold log-mel of the standard definition.
std::vector<float> energyCurve(const FeatureTrack& features);

}  // namespace dju::music
