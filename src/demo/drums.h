// Drums synthesised from nothing: each function renders one hit from its parameters. The families
// of a genre differ in these parameters (recipe.h). Pure functions, any thread; times in seconds,
// frequencies in Hz.
#pragma once

#include <cstdint>

#include "demo/sample.h"

namespace dju::demo {

struct KickSound {
  double pitch = 50;        // where the body settles
  double punch = 180;       // how far above it the sweep starts
  double punchTime = 0.03;  // of the sweep
  double click = 0.4;       // level of the beater
  double decay = 0.35;      // of the body
  double drive = 1.5;       // 1 = clean
  double tone = 6000;       // low-pass after the drive
};

struct SnareSound {
  double pitch = 190;
  double body = 0.6;
  double bodyDecay = 0.12;
  double noise = 0.7;
  double noiseDecay = 0.2;
  double noiseLow = 1200;  // high-pass of the rattle
  double clap = 0.0;       // level of hands on top
  double clapTone = 1300;
  double drive = 1.2;
};

struct HatSound {
  double metal = 0.6;  // metallic partials against noise
  double pitch = 320;  // lowest partial
  double low = 7500;   // high-pass
  double decay = 0.06;
};

struct PercussionSound {
  enum class Kind { kConga, kRim, kCowbell, kShaker, kTom };
  Kind kind = Kind::kConga;
  double pitch = 240;
  double decay = 0.15;
};

Sample renderKick(const KickSound& sound, std::uint64_t seed);
Sample renderSnare(const SnareSound& sound, std::uint64_t seed);
Sample renderHat(const HatSound& sound, std::uint64_t seed);
Sample renderPercussion(const PercussionSound& sound, std::uint64_t seed);
// A cymbal that rings for seconds; an impact has a low boom under it.
Sample renderCrash(double seconds, std::uint64_t seed);
Sample renderImpact(std::uint64_t seed);
// Noise whose filter opens (rising) or closes over the whole length.
enum class SweepDirection { kRising, kFalling };
Sample renderSweep(double seconds, SweepDirection direction, std::uint64_t seed);

}  // namespace dju::demo
