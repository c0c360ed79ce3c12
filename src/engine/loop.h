// A loop: two places of a record between which it is played again and again. Plain values; the deck
// decides when the record is taken back. Render thread. Positions in track frames.
#pragma once

#include "engine/dsp/math.h"

namespace dju::engine {

struct Loop {
  static constexpr double kShortest = 240;  // 5 ms: room for the fades of its seam
  static constexpr double kFewestBeats = 1.0 / 32, kMostBeats = 128;

  double in = 0, out = 0;
  bool inSet = false;  // the first half of a manual loop is there
  bool on = false;

  bool set() const noexcept { return out > in; }
  double length() const noexcept { return out - in; }
  bool holds(double position) const noexcept { return position >= in && position < out; }
  // `position` taken back (or forward) by whole lengths until it lies within. Needs set().
  double wrapped(double position) const noexcept {
    const std::int64_t rounds = floorToInt((position - in) / length());
    return position - static_cast<double>(rounds) * length();
  }
};

}  // namespace dju::engine
