// Weights of the log-linear model of metre.h over MetreFeatures, in its order.
//
// fitted on synthesised music
// Any thread.
#pragma once

#include <array>
#include <cstddef>

namespace dju::music {

// clang-format off
inline constexpr std::array<float, 115> kMetreWeights = {
    // onsets below 160 Hz, by sixteenths of the bar
    0.584F, -0.478F, -0.131F, 0.195F, -0.194F, -0.570F, 0.053F, 0.112F,
    0.187F, -0.319F, 0.376F, 0.213F, 0.145F, -0.255F, -0.149F, 0.372F,
    // to 400 Hz
    0.801F, -0.717F, -0.243F, -0.210F, 0.184F, -0.265F, -0.231F, -0.374F,
    0.147F, -0.649F, 0.064F, 0.263F, 0.306F, -0.276F, 0.247F, 0.101F,
    // to 1.6 kHz
    0.685F, -0.566F, -0.245F, 0.059F, 0.111F, -0.012F, -0.117F, -0.090F,
    -0.131F, -0.170F, 0.384F, 0.153F, 0.389F, 0.056F, -0.082F, 0.075F,
    // to 5 kHz
    0.387F, -0.569F, -0.172F, 0.368F, -0.015F, -0.243F, 0.118F, 0.026F,
    0.001F, 0.188F, 0.200F, -0.254F, 0.242F, 0.085F, 0.031F, 0.033F,
    // to 16 kHz
    0.126F, -0.086F, 0.230F, 0.411F, 0.111F, -0.378F, 0.449F, -0.161F,
    0.148F, 0.142F, 0.084F, 0.142F, 0.108F, -0.107F, 0.433F, 0.073F,
    // change over a beat, by half beats of the bar
    3.173F, 0.631F, -0.875F, -0.669F, -0.350F, 0.781F, 1.435F, -0.364F,
    // over a bar
    0.411F, 0.147F, 0.014F, -0.051F, -0.095F, -0.218F, -0.089F, 0.038F,
    // over four bars
    0.098F, -0.123F, 0.030F, 0.014F, 0.007F, 0.004F, 0.054F, 0.016F,
    // repetition after 0.25, 0.5, 1, 2, 3, 4, 6, 8, 16 beats
    -0.003F, 0.341F, 0.220F, -0.281F, 0.326F,
    1.511F, 0.130F, 2.006F, 1.351F,
    // tempo: octaves above 125 BPM, and squared
    0.943F, -0.954F,
};
// clang-format on

}  // namespace dju::music
