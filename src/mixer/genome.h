// The genome of a transition: everything that is done at the mixer while one record takes over from
// another, as data. A model writes it, people edit it on a page, genomes are crossed and mutated
// (genome_breeding.h), and play.h carries it out on the engine.
//
// Time is bars of the outgoing record, from bar 0, where the transition begins, to `bars`. Curves
// have a value at each bar line. Before bar 0 the incoming record is silent, with its curves' first
// values; behind the last bar the outgoing one is put away and the incoming one stands as it is
// recorded. Plain values; any thread.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

#include "core/error.h"

namespace dju::mixer {

enum class Style {
  kFade,        // faders only: for music without beats, and the plain crossfade
  kLongBlend,   // basses exchanged half-way, gradually
  kBassSwap,    // basses exchanged on one bar line
  kFilterFade,  // the outgoing record leaves through a high-pass
  kEchoOut,     // the outgoing record leaves in its own echo
  kCut,         // from one bar to the next
  kLoopRoll,    // the outgoing record is rolled, shorter and shorter, into the incoming drop
  kDoubleDrop,  // both drop at once and run together
  kHalfTime,    // a beat of one is two of the other
};
inline constexpr std::array<std::string_view, 9> kStyleNames = {
    "fade", "long_blend", "bass_swap",   "filter_fade", "echo_out",
    "cut",  "loop_roll",  "double_drop", "half_time"};
constexpr std::string_view styleName(Style style) {
  return kStyleNames[static_cast<std::size_t>(style)];
}

enum class Side : std::size_t { kOut, kIn };
inline constexpr std::array<std::string_view, 2> kSideNames = {"out", "in"};

// What a curve moves, in the units of the engine's controls (docs/controls.md).
enum class Lane : std::size_t {
  kGain,  // channel fader, 0 closed … 1 open
  kLow,   // EQ knobs, 0 killed … 0.5 flat … 1
  kMid,
  kHigh,
  kFilter,  // quick knob, -1 low-pass … 0 open … 1 high-pass
};
inline constexpr std::size_t kLanes = 5;
inline constexpr std::array<std::string_view, kLanes> kLaneNames = {"gain", "low", "mid", "high",
                                                                    "filter"};
struct LaneRange {
  double min, max, neutral;
};
inline constexpr std::array<LaneRange, kLanes> kLaneRanges = {
    {{0, 1, 1}, {0, 1, 0.5}, {0, 1, 0.5}, {0, 1, 0.5}, {-1, 1, 0}}};

// `values[b]` at bar line b. Between bar lines a straight line, or, stepped, the value of the last
// bar line.
struct Curve {
  std::vector<double> values;
  bool stepped = false;

  double at(double bar) const;
  friend bool operator==(const Curve&, const Curve&) = default;
};

using DeckCurves = std::array<Curve, kLanes>;

// An effect of a deck, behind its fader; ids are those of data/controls.json. What rings out does
// so behind `toBar`.
struct EffectUse {
  Side side = Side::kOut;
  int effect = 0;  // number in the registry's list
  double fromBar = 0, toBar = 0;
  double mix = 0.5, amount = 0.5, tone = 0.5;  // 0 to 1
  double beats = 1;                            // 1/16 … 8, a power of two

  friend bool operator==(const EffectUse&, const EffectUse&) = default;
};

// A loop of a deck. Rolled, the record goes on underneath and is where it would have been
// afterwards; else it goes on from where the loop was left, so a loop makes a record longer.
struct LoopUse {
  Side side = Side::kOut;
  double fromBar = 0, toBar = 0;
  double beats = 4;  // 1/32 … 128
  bool rolled = false;

  friend bool operator==(const LoopUse&, const LoopUse&) = default;
};

// From `bar` on only these are heard, whatever the gain curves say: the crossfader thrown over.
enum class Heard { kBoth, kOut, kIn };
inline constexpr std::array<std::string_view, 3> kHeardNames = {"both", "out", "in"};
struct CutPoint {
  double bar = 0;
  Heard heard = Heard::kBoth;

  friend bool operator==(const CutPoint&, const CutPoint&) = default;
};

struct Genome {
  Style style = Style::kFade;
  int bars = 16;
  int enterBar = 0;  // at which the incoming record is started
  std::array<DeckCurves, 2> decks;
  // How far the tempo is on its way from that before to that after (Transition, plan.h), 0 to 1.
  Curve tempo;
  std::vector<EffectUse> effects;  // at most one of a deck at a time in each of its three slots
  std::vector<LoopUse> loops;      // those of a deck do not overlap
  std::vector<CutPoint> cuts;      // by bar

  Curve& curve(Side side, Lane lane) {
    return decks[static_cast<std::size_t>(side)][static_cast<std::size_t>(lane)];
  }
  const Curve& curve(Side side, Lane lane) const {
    return decks[static_cast<std::size_t>(side)][static_cast<std::size_t>(lane)];
  }
  friend bool operator==(const Genome&, const Genome&) = default;
};

inline constexpr int kMostBars = 128;
inline constexpr std::size_t kMostEffects = 12, kMostLoops = 32, kMostCuts = 128;

// Neutral from end to end: gains open, EQ flat, no effects.
Genome plainGenome(Style style, int bars);

// Why it cannot be carried out, naming the place: lengths, ranges, order, overlaps.
Result<void> checkGenome(const Genome& genome);

}  // namespace dju::mixer
