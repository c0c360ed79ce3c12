// A virtual DJ: how well somebody hears, how steady the hands are, what school, which habits. Drawn
// factorially: no trait says anything about another. Plain values; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "simulator/technique.h"

namespace dju::simulator {

struct VirtualDj {
  std::string name;  // "dj-17"

  // The ear. Two onsets are told apart from about 5 ms (a trained ear) to 20 ms (a casual one) on
  // (Hirsh 1959; Friberg and Sundberg, "Time discrimination in a monotonic, isochronous sequence",
  // 1995); hands answer 150 to 350 ms after the ear.
  double hearingMs = 10;            // offset from which on it is noticed
  double reactionMs = 220;          // median
  double reactionSpread = .2;       // of its logarithm
  double tempoErrorPercent = 0.15;  // standard deviation, when a tempo is matched before the mix

  // The hands.
  double startErrorMs = 12;  // standard deviation, of pressing play on a beat
  double overshoot = 1;      // share of what was heard that a push makes good, median
  double motorSpread = 0.2;  // of that share's logarithm from push to push
  double pushPercent = 4;    // of the tempo, while the record is pushed or held
  double patienceBeats = 2;  // at least so long between two pushes
  double levelErrorDb = 0.7;

  // Habits.
  bool keylock = false;
  bool crossfader = false;   // or channel faders
  double previewBeats = 16;  // in the headphones, before the fader opens; a multiple of 8
  std::array<double, kSchools> schools{};  // weights
  std::array<double, kFaults> faults{};    // chances in a transition
};

// DJ number `number` of the world of this seed.
VirtualDj drawVirtualDj(std::uint64_t seed, int number);

// Hears everything, moves exactly, makes no fault: what tests measure the loop with.
VirtualDj perfectDj();

}  // namespace dju::simulator
