// Straight lines through beats: a grid of constant tempo fitted to all onsets of a section at once,
// so that its last beat is as exact as its first, and where such a line fails because the tempo
// moves. beat_analysis.cpp calls it, on any thread; times are onset hops of 5 ms, fractions mean
// something.
#pragma once

#include <cstddef>
#include <vector>

namespace dju::music {

// Beats at phase + n * period for moments in [from, to).
struct BeatLine {
  double from = 0, to = 0;
  double phase = 0, period = 0;

  double beatAt(double hop) const { return (hop - phase) / period; }
  double hopAt(double beat) const { return phase + beat * period; }
  double firstBeat() const;  // the number of the first beat at or behind `from`
};

// The moment at which onset strength `onset` rises near each beat decides, in least squares
// weighted by strength: with N beats of jitter s the last one is off by about 2 s / sqrt(N). The
// line may be off by 60 ms over its length and 20 ms in its middle.
BeatLine fitted(const std::vector<float>& onset, BeatLine line);

// A whole number of BPM instead, as producers set it, where the onsets agree as well.
BeatLine withWholeBpm(const std::vector<float>& onset, const BeatLine& line);

// A line whose beats wander off (another tempo by less than some percent, a hand, a tape) in
// several that follow, each long enough to be measured; the same line where it holds. `beats` is
// onset strength of what tells the beat from its half.
std::vector<BeatLine> followed(const std::vector<float>& onset, const std::vector<float>& beats,
                               const BeatLine& line);

// Between two lines that follow each other: the beat of the second from which on it explains the
// onsets better, as a hop. Both keep their phases and periods.
double changePoint(const std::vector<float>& onset, const BeatLine& before, const BeatLine& after,
                   double from, double to);

}  // namespace dju::music
