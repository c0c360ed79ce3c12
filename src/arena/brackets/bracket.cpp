#include "arena/brackets/bracket.h"

#include <fmt/format.h>

#include "arena/brackets/formats.h"

namespace dju::arena {
namespace {

Bracket play(Format format, int entrants, Results& results) {
  switch (format) {
    case Format::kSingleElimination:
      return singleElimination(entrants, results);
    case Format::kDoubleElimination:
      return doubleElimination(entrants, results);
    case Format::kSwiss:
      return swiss(entrants, results);
    case Format::kRoundRobin:
      break;
  }
  return roundRobin(entrants, results);
}

}  // namespace

Result<Bracket> bracketAfter(Format format, int entrants, std::span<const MatchResult> results) {
  if (entrants < kFewestEntrants || entrants > kMostEntrants)
    return Error(ErrorCode::kInvalid, fmt::format("{} contestants: {} to {} can take part",
                                                  entrants, kFewestEntrants, kMostEntrants));
  const bool elimination =
      format == Format::kSingleElimination || format == Format::kDoubleElimination;
  Results open;
  for (const MatchResult& result : results) {
    if (elimination && result.decision == Decision::kDraw)
      return Error(
          ErrorCode::kInvalid,
          fmt::format("match {}: a draw; in elimination somebody must go on", result.match));
    if (!open.emplace(result.match, result.decision).second)
      return Error(ErrorCode::kInvalid, fmt::format("match {}: decided twice", result.match));
  }
  Bracket bracket = play(format, entrants, open);
  if (!open.empty())
    return Error(ErrorCode::kInvalid,
                 fmt::format("match {}: has a result but is not open", open.begin()->first));
  return bracket;
}

}  // namespace dju::arena
