// What a virtual DJ can do: schools of good technique, and faults. Faults are drawn one by one,
// independent of each other and of the school, so that nothing can be read off anything else: a
// model that is to hear beats drifting must not get away with hearing a crude fade. Plain values;
// any thread.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace dju::simulator {

enum class School {
  kLongBlend,      // 32 to 64 beats, basses exchanged half-way, slowly
  kBassSwap,       // 16 to 32 beats, basses exchanged on the one
  kCutOnTheOne,    // from one beat to the next, where a phrase begins
  kEchoOut,        // the outgoing track leaves in its own echo
  kDoubleDrop,     // both tracks drop at once and run together
  kScratchPhrase,  // the incoming track is scratched in, then cut to
};
inline constexpr std::size_t kSchools = 6;

enum class Fault {
  kWrongTempo,       // the tempo is off and stays so; the beats are pushed back again and again
  kLooseBeats,       // beats 40 to 120 ms beside each other are taken for beats together
  kTrainWreck,       // on the way the beats part, at once or more and more, and nobody listens
  kHalfBeat,         // the beats lie half a beat apart and are kept there
  kMissedOne,        // in by one to three beats early or late: ones do not meet, drops come wrong
  kWrongPhrase,      // in at the wrong bar: phrases do not meet
  kClashingKeys,     // tracks whose keys do not mix
  kDoubleBass,       // both basses stay open
  kLevelJump,        // the incoming track is too loud or too soft
  kAbruptCut,        // the fader is thrown over off the one
  kOverusedEffects,  // effects that do not end
};
inline constexpr std::size_t kFaults = 11;

// Stable names, as in data sets: "long_blend", "wrong_tempo".
std::string_view schoolName(School school);
std::string_view faultName(Fault fault);

// How bad each fault is, 0 (none) to 1.
class FaultStrengths {
 public:
  double& operator[](Fault fault) { return strengths_[static_cast<std::size_t>(fault)]; }
  double operator[](Fault fault) const { return strengths_[static_cast<std::size_t>(fault)]; }
  bool has(Fault fault) const { return (*this)[fault] > 0; }

 private:
  std::array<double, kFaults> strengths_{};
};

}  // namespace dju::simulator
