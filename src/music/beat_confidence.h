// How far a beat that was found can be relied on. Three doubts: that nothing repeats, that another
// pulse is the beat, that the bars are not of four beats. estimateBeats and BeatReview ask; pure,
// any thread.
#pragma once

#include <functional>
#include <vector>

#include "music/metre.h"
#include "music/periodicity.h"

namespace dju::music {

// 0 to 1: how regular the onsets are, between what noise and speech reach and what dance music
// exceeds.
double regularityOf(const Periodicity& periodicity, const std::vector<Metre>& hypotheses);

// 0 to 1: whether the sound repeats after four, eight or sixteen beats as well as after three,
// five, six or seven. A waltz and 7/8 do not; music in bars of four mostly repeats better.
double barsOfFour(const Periodicity& periodicity, double period);

// The share of all hypotheses' odds, 0 to 1, of those that agree with one in some respect. What DJs
// expect of a tempo weighs less here than in the choice: a rhythm that is clearly at 40 BPM is
// counted as 80, but not without doubt.
using Agrees = std::function<bool(const Metre&, const Metre&)>;
double probabilityOf(const std::vector<Metre>& hypotheses, const Metre& chosen,
                     const Agrees& agrees);

}  // namespace dju::music
