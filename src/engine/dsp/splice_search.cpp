#include "engine/dsp/splice_search.h"

#include <algorithm>

#include "engine/dsp/math.h"
#include "engine/dsp/simd.h"

namespace dju::engine {
namespace {

constexpr int kStep = TrackOutline::kCoarseFrames;
// A mismatch counts less where the sound is quieter than around: what is quiet hides nothing, yet
// is not heard much either.
constexpr float kShareOfAround = 0.25F;
constexpr float kFloor = 64;

// Whole groups of four floats: two coarse samples of both channels.
int floatsIn(int fade) noexcept {
  return std::max(1, fade / (2 * kStep)) * 4;
}

}  // namespace

SpliceSearch::Likeness SpliceSearch::compare(const float* a, const float* b, int floats) noexcept {
  Float4 difference{}, energy{};
  for (int i = 0; i < floats; i += 4) {
    const Float4 x = load4(a + i), y = load4(b + i);
    const Float4 d = x - y;
    difference += d * d;
    energy += x * x + y * y;
  }
  return {sum4(difference), sum4(energy)};
}

// Gets the coarse sound of [low, high).
void SpliceSearch::take(double low, double high) noexcept {
  first_ = floorToInt((low - kMargin) / kStep);
  const std::int64_t end = floorToInt((high + kMargin) / kStep);
  const auto room = static_cast<std::int64_t>(sound_.size() / 2);
  outline_.copySound(first_, static_cast<int>(std::min(end - first_, room)), sound_.data());
}

const float* SpliceSearch::soundAt(double position) const noexcept {
  const std::int64_t at = floorToInt(position / kStep + 0.5) - first_;
  return sound_.data() + 2 * at;
}

Splice SpliceSearch::bestPlace(double from, double step, int places, double lag,
                               int fade) noexcept {
  lag = std::clamp<double>(lag, -kLongestLag, kLongestLag);
  places = std::clamp(places, 1, static_cast<int>(kLongestReach / step));
  const double last = from + (places - 1) * step;
  take(std::min(from, from + lag), std::max(last, last + lag) + fade);
  const int floats = floatsIn(fade);
  Splice best{from, lag, 2};
  // The surroundings' energy is that of the places themselves.
  float around = 0;
  for (int i = 0; i < places; ++i) {
    const float* a = soundAt(from + i * step);
    around += compare(a, a, floats).energy;
  }
  around = kShareOfAround * around / static_cast<float>(places) + kFloor;
  for (int i = 0; i < places; ++i) {
    const double place = from + i * step;
    const Likeness like = compare(soundAt(place), soundAt(place + lag), floats);
    const float mismatch = like.difference / (like.energy + around);
    if (mismatch < best.mismatch) best = {place, lag, mismatch};
  }
  return best;
}

Splice SpliceSearch::bestLag(double from, double step, int places, double low, double high,
                             double shortest, int fade) noexcept {
  low = std::max<double>(low, -kLongestLag);
  high = std::min<double>(high, kLongestLag);
  places = std::min(places, 1 + static_cast<int>(kLongestReach / step));
  const double last = from + (places - 1) * step;
  take(std::min(from, from + low), std::max(last, last + high) + fade);
  const int floats = floatsIn(fade);
  Splice best{from, low < 0 ? low : high, 2};
  for (int i = 0; i < places; ++i) {
    const double place = from + i * step;
    const float* here = soundAt(place);
    const float around = kShareOfAround * compare(here, here, floats).energy + kFloor;
    for (double lag = low; lag <= high; lag += kStep) {
      if (lag > -shortest && lag < shortest) continue;
      const Likeness like = compare(here, soundAt(place + lag), floats);
      const float mismatch = like.difference / (like.energy + around);
      if (mismatch < best.mismatch) best = {place, lag, mismatch};
    }
  }
  return best;
}

Splice SpliceSearch::refine(const TrackAudio& audio, Splice splice, int reach, int fade) noexcept {
  fade = std::clamp(fade / 4 * 4, 4, kLongestFade);
  reach = std::min(reach, kLongestLag);
  const auto fetch = [&](std::int64_t first, int frames, float* to) {
    for (int i = 0; i < frames; ++i) {
      const std::int64_t at = first + i;
      const bool inside = at >= 0 && at < audio.frames;
      to[2 * i] = inside ? audio.samples[2 * at] : 0.0F;
      to[2 * i + 1] = inside ? audio.samples[2 * at + 1] : 0.0F;
    }
  };
  float* here = fine_.data();
  float* there = here + 2 * static_cast<std::ptrdiff_t>(fade);
  const std::int64_t from = floorToInt(splice.from);
  const std::int64_t target = floorToInt(splice.from + splice.lag + 0.5);
  fetch(from, fade, here);
  fetch(target - reach, fade + 2 * reach, there);
  Splice best{splice.from, static_cast<double>(target - from), 4};
  float before = 4, after = 4, previous = 4;
  bool wantAfter = false;
  for (int i = 0; i <= 2 * reach; ++i) {
    const Likeness like = compare(here, there + 2 * static_cast<std::ptrdiff_t>(i), 2 * fade);
    const float mismatch = like.difference / (like.energy + kFloor);
    if (wantAfter) after = mismatch;
    wantAfter = mismatch < best.mismatch;
    if (wantAfter) {
      before = previous;
      after = 4;
      best.mismatch = mismatch;
      best.lag = static_cast<double>(target - from + i - reach);
    }
    previous = mismatch;
  }
  // Between frames: the vertex of a parabola through the three mismatches.
  const float bend = before + after - 2 * best.mismatch;
  if (before < 4 && after < 4 && bend > 0) best.lag += 0.5 * (before - after) / bend;
  return best;
}

}  // namespace dju::engine
