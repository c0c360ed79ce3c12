// Tracks to stretch, and what a perfect stretcher would make of them. Callers: bench_stretch,
// bench_quality. Any thread. Sounds at 48 kHz.
#pragma once

#include <cstdint>
#include <vector>

#include "demo/recipe.h"
#include "engine/track.h"
#include "stretch/stretchers.h"

namespace dju::bench {

// Sound as a deck plays it, 16 bits.
struct Track {
  std::vector<std::int16_t> samples;
  float scale = 1.0F / 32768;
  engine::TrackAudio audio() const {
    return {samples.data(), static_cast<std::int64_t>(samples.size() / 2), scale};
  }
};

Track trackOf(const std::vector<float>& left, const std::vector<float>& right);

Stereo excerpt(const Stereo& sound, double from, double seconds);

// The recipe composed at another tempo: what a perfect stretcher makes of it.
Stereo composedAt(const demo::TrackRecipe& recipe, double speed);

}  // namespace dju::bench
