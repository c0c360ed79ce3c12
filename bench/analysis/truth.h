// What is known of a piece and what a system says of it, in the terms that bench/analysis compares.
//
// Callers: everything in this folder. Plain values, any thread. Times are seconds from the first
// sample of the sound that the systems hear, pitch classes 0 to 11 with 0 = C.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "music/key.h"

namespace dju::bench {

struct Interval {
  double start = 0;
  double end = 0;
};

using music::Key;
using music::KeyMode;
// As music::parseKey; nothing for what is no key.
std::optional<Key> keyOf(std::string_view text);

struct LabelledSection {
  double start = 0;
  double end = 0;
  std::string label;  // intro, groove, build, drop, breakdown, outro
};

// A curve over time: values[i] holds from times[i] until the next time.
struct Curve {
  std::vector<double> times;
  std::vector<double> values;
};

// What is known. An empty field is not known and is not scored.
struct Truth {
  std::vector<double> beats, downbeats;
  double bpm = 0;
  double bpmAlternative = 0;  // the other octave that counts as right; 0 = none
  std::optional<Key> key;
  std::vector<LabelledSection> sections;
  std::optional<std::vector<Interval>> vocals;  // present and empty: known to have none
  std::string genre;
  Curve energy;  // a value a bar; only its order matters
};

// What a system does. What it does and leaves empty is wrong; what it does not do is not scored.
struct Abilities {
  bool beats = false, downbeats = false, tempo = false, key = false;
  bool sections = false, vocals = false, genre = false, energy = false;
};

// What a system says.
struct Answer {
  std::vector<double> beats, downbeats;
  std::vector<double> emitted;  // causal systems: when each beat was decided
  double bpm = 0;
  std::optional<Key> key;
  std::vector<LabelledSection> sections;
  std::optional<std::vector<Interval>> vocals;
  std::string genre;
  Curve energy;
  double cpuSeconds = 0;  // user time, without decoding
  std::string failure;    // why there is no answer
};

// The part of a truth that lies in [from, from + seconds), with times counted from `from`.
Truth excerptOf(const Truth& truth, double from, double seconds);

}  // namespace dju::bench
