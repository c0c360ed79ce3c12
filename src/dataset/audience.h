// A simulated audience, until a real one has voted: people with private tastes whose engagement
// follows what a performance offers them. What they are made of is guessed, not measured; labels of
// it are called simulated wherever they are shown, and no verdict uses them.
//
// Each listener has a liked energy, a hunger for surprise (a drop, another record), an ear for flow
// (beats together, no holes), a liking for each genre, and a time within which the mood follows.
// Pure; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "judge/performance.h"

namespace dju::dataset {

inline constexpr int kAudience = 60;  // people

// The mean engagement, 0 to 1, at each evidence; as many values as `evidence`, which begins when
// the performance does. `seed`: who came.
std::vector<float> engagementOf(std::span<const judge::Evidence> evidence,
                                std::span<const judge::JudgedTrack> tracks, std::uint64_t seed);

}  // namespace dju::dataset
