// Pairs of performances of which one is better by construction, for the jury (bench/jury.cpp). They
// share nothing with the training simulator: tracks are the jury's own (music.h), commands come
// from here.
//
// A pair is one battle back to back, of four transitions where nothing else is asked for, two by
// each DJ. Both have the small errors of good hands; one has in addition one fault of a known kind
// and size in each of his transitions.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "judge/test_battle.h"
#include "jury/genre_records.h"

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

// The jury's pair `i` of a size: faults take turns, then seats.
Pair pairOf(std::size_t size, int i, std::uint64_t firstSeed);

// How a pair is played.
struct Playing {
  bool exchanged = false;           // the DJs have exchanged their seats and decks
  double jitterMs = 0;              // how far each move of a hand is from where it was, at most
  int transitions = 4;              // by turns
  GenreRecords* records = nullptr;  // instead of the jury's own
  // The seat of somebody who plays with filter, kill and roll while his record is alone. Nobody has
  // the fault then: the two differ in nothing else.
  std::optional<int> inventive = std::nullopt;
};

judge::test::Played play(const Pair& pair, const Playing& playing = {});

}  // namespace dju::jury
