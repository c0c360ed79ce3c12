// Genomes as DJs play them: one function, a style and a few wishes. Pure; any thread.
#pragma once

#include "mixer/genome.h"

namespace dju::mixer {

struct StyleWishes {
  double effects = 0.5;   // 0 none … 1 much
  double boldness = 0.5;  // 0 careful … 1 daring
};

// `bars`: the length that is wanted; styles with a length of their own take the nearest they have
// (barsOf). The tempo curve stays at 0.
Genome makeGenome(Style style, int bars, const StyleWishes& wishes);

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
