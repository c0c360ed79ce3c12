// Tournaments as pure functions: from who takes part and how matches ended to which matches there
// are, who meets whom, and who has won. Nothing is remembered between two calls, so a restart, an
// undo or another server give the same bracket. Any thread.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/error.h"

namespace dju::arena {

enum class Format { kSingleElimination, kDoubleElimination, kSwiss, kRoundRobin };
inline constexpr std::array<std::string_view, 4> kFormatNames = {"single", "double", "swiss",
                                                                 "roundRobin"};

inline constexpr int kFewestEntrants = 2, kMostEntrants = 64;

// Where a match stands.
enum class Part { kWinners, kLosers, kFinal, kRound };
inline constexpr std::array<std::string_view, 4> kPartNames = {"winners", "losers", "final",
                                                               "round"};

enum class Decision {
  kA,
  kB,
  kDraw,     // half a point each; not in elimination
  kNeither,  // neither can go on: both have no mix
};

enum class MatchState {
  kWaiting,    // who meets is not known yet
  kOpen,       // both are known
  kDecided,    // by a result
  kBye,        // somebody, or nobody, goes on without a match
  kNotNeeded,  // the second final, when the first has decided
};
inline constexpr std::array<std::string_view, 5> kMatchStateNames = {"waiting", "open", "decided",
                                                                     "bye", "notNeeded"};

// Where a side of a match comes from, in elimination.
struct Origin {
  int match = 0;
  bool winner = true;  // else its loser
};

struct Match {
  int number = 0;  // from 0; stays the same whatever happens
  Part part = Part::kRound;
  int round = 1;            // of its part
  std::optional<int> a, b;  // entrants, by seed from 0
  std::optional<Origin> aFrom, bFrom;
  MatchState state = MatchState::kWaiting;
  std::optional<Decision> decision;
};

struct MatchResult {
  int match = 0;
  Decision decision = Decision::kA;
};

// What put the champion first.
enum class ChampionBy {
  kMatches,    // won the final, or more points than anybody
  kDirect,     // equal points; more of them against those with equal points
  kOpponents,  // then: points of those beaten, half of those drawn with (Sonneborn and Berger)
  kSeed,       // then: the better seed
};
inline constexpr std::array<std::string_view, 4> kChampionByNames = {"matches", "direct",
                                                                     "opponents", "seed"};

// Swiss and round robin only.
struct TableRow {
  int entrant = 0;
  double points = 0;     // 1 for a win or a bye of a Swiss round, half for a draw
  double direct = 0;     // of them, against those with equal points
  double opponents = 0;  // see ChampionBy
  int played = 0;
};

struct Bracket {
  std::vector<Match> matches;   // by number
  std::vector<TableRow> table;  // first to last
  bool ended = false;
  std::optional<int> champion;  // ended without one: nobody could go on
  ChampionBy by = ChampionBy::kMatches;
};

// Entrants are 0 … entrants - 1, the best seed first. Expected to fail (kInvalid) for a number of
// entrants out of range, for a result of a match that is not open, a second one of the same match,
// and a draw in elimination. The order of results does not matter.
Result<Bracket> bracketAfter(Format format, int entrants, std::span<const MatchResult> results);

}  // namespace dju::arena
