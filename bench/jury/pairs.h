// Pairs of performances of which one is better by construction, for the jury (bench/jury.cpp). They
// share nothing with the training simulator: tracks are the jury's own (music.h), commands come
// from here.
//
// A pair is one battle back to back of four transitions, two by each DJ. Both have the small errors
// of good hands; one has in addition one fault of a known kind and size in each of his transitions.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "judge/test_battle.h"

namespace dju::jury {

enum class Fault { kOffset, kTempo, kBass, kLevel, kKey, kPhrase };
inline constexpr std::array<std::string_view, 6> kFaults = {
    "beats beside each other", "tempos apart", "both basses", "level jumps", "keys clash",
    "beside the phrase"};
enum class Size { kClear, kMiddling, kSubtle };
inline constexpr std::array<std::string_view, 3> kSizes = {"clear", "middling", "subtle"};

// How large a fault is, from and to, in its unit: ms, percent, seconds, dB, wheel steps, beats.
struct Range {
  double from = 0, to = 0;
  std::string_view unit;
};
Range rangeOf(Fault fault, Size size);

struct Pair {
  Fault fault{};
  Size size{};
  std::uint64_t seed = 0;  // of everything else
  int worse = 0;           // the seat of the one with the fault
};

// Whether the DJs have exchanged their seats and decks, and how far each move of a hand is from
// where it was, at most.
struct Playing {
  bool exchanged = false;
  double jitterMs = 0;
};

judge::test::Played play(const Pair& pair, const Playing& playing = {});

}  // namespace dju::jury
