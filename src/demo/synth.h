// One subtractive/FM voice that plays every pitched part: what makes it a bass, an organ, a pad or
// a lead is its Patch. A note is rendered once and mixed in wherever it is played. Pure, any
// thread. Times in seconds, frequencies in Hz at 48 kHz.
#pragma once

#include <cstdint>

#include "demo/sample.h"

namespace dju::demo {

struct Patch {
  enum class Wave { kSaw, kPulse, kSoft, kFm };
  Wave wave = Wave::kSaw;
  int voices = 1;
  double detuneCents = 0;  // between the outermost voices
  double width = 0;        // 0 = mono, 1 = voices spread from left to right
  double pulseWidth = 0.5;
  double sub = 0;  // a sine at the note's own pitch, never filtered, always mono
  double fmRatio = 2;
  double fmIndex = 1.5;
  double fmDecay = 0.3;
  double cutoff = 2000;    // at middle C; follows the pitch by half
  double resonance = 0.8;  // Q
  double envelopeOctaves = 1;
  double filterDecay = 0.2;
  double attack = 0.003;
  double decay = 0.3;
  double sustain = 0.7;
  double release = 0.06;
  double drive = 1;
  double wobbleOctaves = 0;  // depth of the low-frequency oscillator on the cutoff
  double vibratoCents = 0;
};

struct Note {
  double midi = 60;
  std::int64_t gate = 12000;  // frames held, before the release
  bool accent = false;
  double glideFrom = -1;  // slides from this note in 60 ms; < 0 = no slide
  double wobbleHz = 0;
};

Sample renderNote(const Patch& patch, const Note& note, std::uint64_t seed);

}  // namespace dju::demo
