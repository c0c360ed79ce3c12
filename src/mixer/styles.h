// Genomes as DJs play them: one function, a style and a few wishes. Pure; any thread.
#pragma once

#include "mixer/genome.h"

namespace dju::mixer {

// How a blend runs within its style. Each from -1 to 1; 0 is how DJs mostly play it.
struct BlendShape {
  double swap = 0;      // basses change at a quarter of the way … half-way … at three quarters
  double plateau = 0;   // an even fade … both stay in the middle for three quarters of the way
  double thinning = 0;  // mids and highs stay … are killed on the side that gives way
  double garnish = 0;   // effects on top, up to three; none from 0 down
  double glide = 0;     // a tempo that moves does so late … evenly … early

  friend bool operator==(const BlendShape&, const BlendShape&) = default;
};

struct StyleWishes {
  double effects = 0.5;   // 0 none … 1 much
  double boldness = 0.5;  // 0 careful … 1 daring
  BlendShape shape{};     // of styles that take any length
};

// `bars`: the length that is wanted; styles with a length of their own take the nearest they have
// (barsOf). The tempo curve stays at 0.
Genome makeGenome(Style style, int bars, const StyleWishes& wishes);

// A tempo curve from 0 to 1 over `bars`, bent as BlendShape::glide says.
Curve glideCurve(int bars, double glide);

// The length that makeGenome() gives.
int barsOf(Style style, int bars);

// The bar at which phrases of both records should meet: where the incoming one enters, or where
// both drop.
int meetingBar(const Genome& genome);

// A fade in which both sides' powers add up to one, `part` 0 … 1: the fader's place for the
// incoming side (the engine's faders follow a square law).
double fadeIn(double part);
inline double fadeOut(double part) {
  return fadeIn(1 - part);
}

}  // namespace dju::mixer
