// Second thoughts of the live tracker: is the pulse that it follows the beat, or its half, its
// double or the off-beat?
//
// The bar pointer decides from what each moment sounds like. The metre network (metre.h) sees what
// bars look like and tells loud off-beats from beats, but needs seconds of them. So the last
// seconds of onsets are kept, and every few seconds the network is asked for the odds of all
// hypotheses. Where another than the one that is followed is better, the logarithm of their odds is
// added up from review to review; what stays better for long or is much better wins.
//
// Callers: StreamingBeats. The constructor and review() allocate, push() and watch() do not; a
// review takes about 3 ms. One instance a stream, one thread. Units: seconds from the first sample.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "music/metre.h"
#include "music/onset.h"

namespace dju::music {

struct Pulse {
  double period = 0;  // between beats
  double beat = 0;    // when one of them falls
};

class BeatReview {
 public:
  BeatReview();

  void push(std::span<const float> mono) noexcept { onsets_.push(mono); }
  // Told every 10 ms the tempo that the pointer finds by itself, 0 when it does not know. True when
  // it has gone to another one that is not the same rhythm counted differently: the music has
  // changed, and what was heard before says nothing any more.
  bool watch(double period) noexcept;
  bool due() const noexcept { return onsets_.end() >= next_; }
  // followed: what the tracker announces, period 0 for nothing. A pulse to follow instead, if any.
  std::optional<Pulse> review(const Pulse& followed);

 private:
  struct Opinion {
    Pulse pulse;
    double chance = 0;  // 0 to 1
  };
  std::vector<Opinion> opinions() const;
  void forget() noexcept;

  OnsetHistory onsets_;
  std::size_t next_;   // hop at which a review is due
  double period_ = 0;  // of the rhythm that is going on
  int strayed_ = 0;    // frames for which the pointer has been at another
  Pulse challenger_;
  double odds_ = 0;  // logarithm, of the challenger against what is followed
};

}  // namespace dju::music
