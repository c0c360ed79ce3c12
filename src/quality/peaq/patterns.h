// What the inner ear makes of excitation over time, for a channel of the reference and of the test:
// smearing in time, adaptation of level and pattern, modulation (ITU-R BS.1387-1, annex 2, sections
// 2.1.7 to 3.3; equation numbers: Kabal 2002). Callers: peaq/. One instance, one thread.
#pragma once

#include <array>

#include "quality/peaq/ear.h"

namespace dju::quality::peaq {

// Index 0 is the reference, 1 the test.
using BandPair = std::array<Bands, 2>;

struct Patterns {
  BandPair excitation;        // smeared in time (eq. 27)
  BandPair adapted;           // levels and spectra of both brought together (eqs. 44 to 54)
  BandPair modulation;        // of the envelope in each band (eq. 57)
  Bands referenceEnvelope{};  // mean loudness of the reference (eq. 56)
};

class PatternMemory {
 public:
  PatternMemory();
  // The next frame. `unsmeared`: excitation as spread over bands, reference and test.
  Patterns next(const BandPair& unsmeared);

 private:
  BandPair smear(const BandPair& unsmeared);
  BandPair adapt(const BandPair& excitation);
  BandPair adaptLevels(const BandPair& excitation);
  BandPair modulate(const BandPair& unsmeared);

  Bands smearing_, adapting_;
  BandPair smeared_{};
  BandPair level_{};                     // excitation, slowly
  Bands product_{}, referenceSquare_{};  // of adapted levels, slowly
  BandPair correction_{};
  BandPair loudness_{};             // of the last frame
  BandPair change_{}, envelope_{};  // of loudness, slowly
};

// Loudness of an excitation in sone (eq. 61), after Zwicker with the basic version's constant.
double loudnessOf(const Bands& excitation);

}  // namespace dju::quality::peaq
