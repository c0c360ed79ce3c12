// Where one place of a track can be joined to another without being heard: the waveforms of both
// must be alike for as long as the crossfade lasts. Alike is measured on the coarse sound first and
// on the frames themselves last (coarse to fine), on both channels at once.
//
// Render thread; allocates only in the constructor. Positions and lengths in track frames.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/dsp/track_outline.h"

namespace dju::engine {

// A crossfade from what is read at `from` on to what is read at `from + lag` on.
struct Splice {
  double from = 0;
  double lag = 0;
  float mismatch = 2;  // 0: the same sound; 1: nothing in common; 2: the opposite
};

class SpliceSearch {
 public:
  explicit SpliceSearch(TrackOutline& outline);

  static constexpr int kLongestLag = 4096;
  static constexpr int kLongestReach = 16384;
  static constexpr int kLongestFade = 2048;
  static constexpr int kMargin = 4 * TrackOutline::kCoarseFrames;

  // The best of `places` splices of one lag, at `from`, `from + step` ...
  Splice bestPlace(double from, double step, int places, double lag, int fade) noexcept;

  // The best lag of [low, high] but (-shortest, shortest), at any of those places.
  Splice bestLag(double from, double step, int places, double low, double high, double shortest,
                 int fade) noexcept;

  // The lag moved by at most `reach` frames to where the frames themselves are most alike.
  Splice refine(const TrackAudio& audio, Splice splice, int reach, int fade) noexcept;

 private:
  struct Likeness {
    float difference = 0, energy = 0;
  };
  static Likeness compare(const float* a, const float* b, int floats) noexcept;
  void take(double low, double high) noexcept;
  const float* soundAt(double position) const noexcept;

  TrackOutline& outline_;
  std::vector<float> sound_;  // the coarse sound around, from coarse sample first_ on
  std::int64_t first_ = 0;
  std::vector<float> fine_;  // frames, interleaved
};

}  // namespace dju::engine
