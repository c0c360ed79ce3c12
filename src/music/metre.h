// Which of the pulses in a rhythm is the beat, and which beat begins the bar.
//
// Every period at which the sound repeats itself, every onset inside it and every beat of four is a
// hypothesis. Each is described by what a bar would then look like: how strongly each range of a
// drum kit begins on each sixteenth, where chords and sections change, how well one, two, four …
// beats repeat, and the tempo. A small network (one layer of tanh beside a linear part) says how
// much each description is that of music: kick on the beat, snare on two and four, hats between,
// chords and phrases changing on the one. So loud off-beat hats do not move the beat, and 87 is
// told from 174 by where the snare falls. A linear model alone was tried and is worse on music it
// was not fitted on: what a loud low band means depends on whether a snare answers it.
//
// The weights (metre_weights.h) were fitted on synthesised music and on renderings of tracker
// modules and projects whose beats are known. Any thread; times are onset hops of 5 ms.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "music/onset.h"

namespace dju::music {

inline constexpr std::size_t kSixteenths = 16;  // in a bar of four beats
inline constexpr std::size_t kHalfBeats = 8;
inline constexpr std::size_t kChangeSpans = 3;  // a beat, a bar, four bars
inline constexpr std::size_t kRepeats = 9;
inline constexpr std::size_t kMetreFeatures =
    kOnsetBands * kSixteenths + kChangeSpans * kHalfBeats + kRepeats + 2;
using MetreFeatures = std::array<float, kMetreFeatures>;

struct Metre {
  double period = 0;    // of a beat
  double downbeat = 0;  // a moment at which a bar begins, 0 <= downbeat < 4 * period
  double score = 0;     // logarithm of its odds, up to a constant
  MetreFeatures features{};
};

// All hypotheses that the sound suggests, none for silence and for less than a bar.
std::vector<Metre> metreHypotheses(const OnsetStrength& onset);

// The part of the score that is known beforehand: what DJs play lies between 85 and 178 BPM as they
// count it. Log-odds, 0 inside.
double tempoPrior(double period);

}  // namespace dju::music
