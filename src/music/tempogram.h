// The tempogram: how alike a stretch of onset strength is to itself so many frames earlier
// (Grosche, Mueller, Kurth, "Cyclic tempogram", 2010, on local autocorrelation). Any tempo stands
// out at the lag of its beat and at multiples of it, whatever the phase.
//
// The constructor allocates; push() does not. One instance, one thread.
#pragma once

#include <span>
#include <vector>

#include "music/fft.h"

namespace dju::music {

class Tempogram {
 public:
  // frames: length of the past it looks at, even; lags below it.
  Tempogram(int frames, int lags);
  // Adds one onset strength and fills tempogram[i] for lag i + 1 from the past `frames` values,
  // zeros before the start: at most about 1, which means that they repeat exactly; all 0 if nothing
  // happens.
  void push(float onset, std::span<float> tempogram);
  void reset();

 private:
  std::size_t frames_;
  std::vector<float> past_;  // a ring
  std::size_t next_ = 0;
  std::vector<float> window_;
  std::vector<float> overlap_;  // of the window with itself at each lag, 1 at lag 0
  RealFft fft_;                 // twice as long, so that ends do not meet
};

}  // namespace dju::music
