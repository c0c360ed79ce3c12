#include "stretch/tracks.h"

#include <algorithm>
#include <cmath>

#include "core/time.h"
#include "demo/demo_tracks.h"

namespace dju::bench {

Track trackOf(const std::vector<float>& left, const std::vector<float>& right) {
  Track track;
  for (std::size_t i = 0; i < left.size(); ++i) {
    for (const float x : {left[i], right[i]}) {
      track.samples.push_back(
          static_cast<std::int16_t>(std::lround(std::clamp(x, -1.0F, 1.0F) * 32767)));
    }
  }
  return track;
}

Stereo excerpt(const Stereo& sound, double from, double seconds) {
  const auto part = [&](const std::vector<float>& x) {
    const auto begin = std::min(x.size(), static_cast<std::size_t>(from * kSampleRate));
    const auto end = std::min(x.size(), begin + static_cast<std::size_t>(seconds * kSampleRate));
    return std::vector<float>(x.begin() + static_cast<long>(begin),
                              x.begin() + static_cast<long>(end));
  };
  return {part(sound.left), part(sound.right)};
}

Stereo composedAt(const demo::TrackRecipe& recipe, double speed) {
  demo::TrackRecipe at = recipe;
  at.bpm *= speed;
  at.seconds /= speed;
  at.anchorFrame = std::llround(static_cast<double>(recipe.anchorFrame) / speed);
  demo::Sample sound = demo::synthesize(at).audio;
  return {std::move(sound.left), std::move(sound.right)};
}

}  // namespace dju::bench
