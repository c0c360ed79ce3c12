// How much a track asks of a floor, moment by moment.
//
// One value a second from 0 to 1, on one scale for all tracks: loudness, the weight of the low band
// and the density of onsets, averaged over four seconds around each. 0 is silence, about 0.3 a pad,
// 0.6 a running groove, 1 a loud drop with everything on. Method: docs/analysis.md. Callers:
// analyse. Pure, any thread.
#pragma once

#include <vector>

namespace dju::music {

struct FeatureTrack;

inline constexpr double kEnergyRate = 1;  // values a second; value i is centred at i + 0.5 seconds

// One value for each begun second. `features` must hold log-mel of the standard definition.
std::vector<float> energyCurve(const FeatureTrack& features);

}  // namespace dju::music
