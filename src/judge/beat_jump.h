// How far the beat jumps where one record gives way to another: the beats of the first, counted on
// from before the passage, against those of the second, counted back from after it. Each record is
// heard alone there, so nothing has to be told apart, and thirty beats say where a beat lies to a
// few milliseconds. Who sets a record beside the beat, or lets its tempo drift, makes the beat
// jump; who puts it right before the first has gone does not. What happens in the passage itself is
// therefore sought, too: both records' beats are known by their sound by then, so that each beat of
// the passage is a sum of the two, and the straight line along which the second's has to be moved
// says where its beats lay and how much faster it ran.
//
//   BeatJump jump;
//   jump.hear(mono);                                       // block by block
//   const auto found = jump.find({8, 24}, {30, 46});       // seconds heard alone
//   if (found) jump.course(*found, {8, 24}, {30, 46}, {25, 29});
//
// Callers: judge/passage_ear.h. hear() allocates; find() folds half a minute of onsets some hundred
// times, course() takes some 20 ms more: an analysis thread. One instance, one thread.
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
    // At the middle the second's beats come so much later than the first's.
    double milliseconds = 0;
  };
  // How the second's beats lie to the first's while both are heard.
  struct Course {
    double milliseconds = 0;  // later than the first's in the passage's middle
    double drift = 0;         // and each second so many ms more: 10 is a second that is 1 % slower
  };

  // Samples at 48 kHz.
  void hear(std::span<const float> mono);
  // To the nearest beat, within half of one. Empty where a stretch is shorter than 6 s, has no
  // beat, the two lie more than a minute or their tempos more than 6 % apart: there is no beat to
  // keep then.
  std::optional<Found> find(const Stretch& first, const Stretch& second) const;
  // In `passage`, which lies between the two. Where no other line explains clearly better what is
  // heard there, and where it is shorter than four beats: as the two tempos and the jump have it.
  Course course(const Found& found, const Stretch& first, const Stretch& second,
                const Stretch& passage) const;

 private:
  music::FineOnsets onsets_;
  std::vector<music::FineOnsets::Rise> rises_;  // one each 2.5 ms
};

}  // namespace dju::judge
