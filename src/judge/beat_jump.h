// How far the beat jumps where one record gives way to another: the beats of the first, counted on
// from before the passage, against those of the second, counted back from after it. Each record is
// heard alone there, so nothing has to be told apart, and thirty beats say where a beat lies to a
// few milliseconds. Who sets a record beside the beat, or lets its tempo drift, makes the beat
// jump; who puts it right before the first has gone does not.
//
//   BeatJump jump;
//   jump.hear(mono);                                       // block by block
//   jump.find({8, 24}, {30, 46});                          // seconds heard alone
//
// Callers: judge/passage_ear.h. hear() allocates; find() folds half a minute of onsets some hundred
// times: an analysis thread. One instance, one thread.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "music/fine_onsets.h"

namespace dju::judge {

struct Stretch {
  double from = 0, to = 0;  // seconds since the first sample
};

class BeatJump {
 public:
  struct Found {
    double middle = 0;   // seconds, between the two
    double ofFirst = 0;  // seconds a beat
    double ofSecond = 0;
    double milliseconds =
        0;  // at the middle the second's beats come so much later than the first's
  };

  // Samples at 48 kHz.
  void hear(std::span<const float> mono);
  // To the nearest beat, within a quarter of one. Empty where a stretch is shorter than 6 s, has no
  // beat, the two lie more than a minute or their tempos more than 6 % apart: there is no beat to
  // keep then.
  std::optional<Found> find(const Stretch& first, const Stretch& second) const;

 private:
  music::FineOnsets onsets_;
  std::vector<music::FineOnsets::Rise> rises_;  // one each 2.5 ms
};

}  // namespace dju::judge
