// Single and double elimination. The matches are a fixed graph for the next power of two; places
// that nobody fills are byes, which pass through it like entrants who lose.
#include <utility>

#include "arena/brackets/formats.h"

namespace dju::arena {
namespace {

// Who comes out of a match, or stands in a place.
struct Place {
  enum class Kind { kUnknown, kNobody, kEntrant } kind = Kind::kUnknown;
  int entrant = 0;

  bool unknown() const { return kind == Kind::kUnknown; }
  bool nobody() const { return kind == Kind::kNobody; }
  std::optional<int> known() const {
    return kind == Kind::kEntrant ? std::optional(entrant) : std::nullopt;
  }
};
constexpr Place kNobody{Place::Kind::kNobody};

class Graph {
 public:
  explicit Graph(Results& results) : results_(results) {}

  // A match of two places whose origins are known; returns its number.
  int add(Part part, int round, Place a, Place b, std::optional<Origin> aFrom = {},
          std::optional<Origin> bFrom = {}) {
    Match match;
    match.number = static_cast<int>(bracket_.matches.size());
    match.part = part;
    match.round = round;
    match.a = a.known();
    match.b = b.known();
    match.aFrom = aFrom;
    match.bFrom = bFrom;
    outcomes_.push_back(resolve(match, a, b));
    bracket_.matches.push_back(match);
    return match.number;
  }
  int add(Part part, int round, Origin a, Origin b) {
    return add(part, round, comingFrom(a), comingFrom(b), a, b);
  }

  Place comingFrom(Origin origin) const {
    const auto& [winner, loser] = outcomes_[static_cast<std::size_t>(origin.match)];
    return origin.winner ? winner : loser;
  }
  Match& match(int number) { return bracket_.matches[static_cast<std::size_t>(number)]; }

  Bracket finish(Place champion) && {
    bracket_.ended = !champion.unknown();
    bracket_.champion = champion.known();
    return std::move(bracket_);
  }

 private:
  // Winner and loser.
  using Outcome = std::pair<Place, Place>;

  Outcome resolve(Match& match, Place a, Place b) {
    if (a.unknown() || b.unknown()) return {};
    if (a.nobody() || b.nobody()) {
      match.state = MatchState::kBye;
      return {a.nobody() ? b : a, kNobody};
    }
    const auto result = results_.find(match.number);
    if (result == results_.end()) {
      match.state = MatchState::kOpen;
      return {};
    }
    match.state = MatchState::kDecided;
    match.decision = result->second;
    results_.erase(result);
    if (match.decision == Decision::kNeither) return {kNobody, kNobody};
    return match.decision == Decision::kA ? Outcome{a, b} : Outcome{b, a};
  }

  Results& results_;
  Bracket bracket_;
  std::vector<Outcome> outcomes_;  // by match
};

// Seeds in the order of a bracket in which the best two can meet in the final only: 0 3 1 2 for
// four. Each seed's opponent of the first round stands beside it.
std::vector<int> seedsInOrder(int entrants) {
  std::vector<int> seeds{0};
  while (static_cast<int>(seeds.size()) < entrants) {
    std::vector<int> twice;
    const int last = 2 * static_cast<int>(seeds.size()) - 1;
    for (const int seed : seeds) {
      twice.push_back(seed);
      twice.push_back(last - seed);
    }
    seeds = std::move(twice);
  }
  return seeds;
}

std::vector<int> firstRound(Graph& graph, int entrants) {
  const std::vector<int> seeds = seedsInOrder(entrants);
  const auto placeOf = [&](int seed) {
    return seed < entrants ? Place{Place::Kind::kEntrant, seed} : kNobody;
  };
  std::vector<int> matches;
  for (std::size_t i = 0; i < seeds.size(); i += 2)
    matches.push_back(graph.add(Part::kWinners, 1, placeOf(seeds[i]), placeOf(seeds[i + 1])));
  return matches;
}

// The next round among those who came through `round`: winners, or losers, of neighbours.
std::vector<int> neighbours(Graph& graph, Part part, int number, const std::vector<int>& round,
                            bool winners) {
  std::vector<int> matches;
  for (std::size_t i = 0; i + 1 < round.size(); i += 2)
    matches.push_back(graph.add(part, number, {round[i], winners}, {round[i + 1], winners}));
  return matches;
}

}  // namespace

Bracket singleElimination(int entrants, Results& results) {
  Graph graph(results);
  std::vector<int> round = firstRound(graph, entrants);
  for (int number = 2; round.size() > 1; ++number)
    round = neighbours(graph, Part::kWinners, number, round, true);
  const Place champion = graph.comingFrom({round.front(), true});
  return std::move(graph).finish(champion);
}

Bracket doubleElimination(int entrants, Results& results) {
  Graph graph(results);
  std::vector<int> winners = firstRound(graph, entrants);
  // Who has lost once: first the losers of the first round among themselves, then, in turn, against
  // those who lose later, and among themselves again.
  Origin survivor{winners.front(), false};
  std::vector<int> losers;
  int losersRound = 0;
  if (winners.size() > 1) losers = neighbours(graph, Part::kLosers, ++losersRound, winners, false);
  for (int number = 2; winners.size() > 1; ++number) {
    winners = neighbours(graph, Part::kWinners, number, winners, true);
    ++losersRound;
    std::vector<int> mixed;
    // From the other end, so that those who have met do not meet again at once.
    for (std::size_t i = 0; i < losers.size(); ++i)
      mixed.push_back(graph.add(Part::kLosers, losersRound, {losers[i], true},
                                {winners[winners.size() - 1 - i], false}));
    losers =
        mixed.size() > 1 ? neighbours(graph, Part::kLosers, ++losersRound, mixed, true) : mixed;
    survivor = {losers.front(), true};
  }
  const int final = graph.add(Part::kFinal, 1, {winners.front(), true}, survivor);
  const Place unbeaten = graph.comingFrom({winners.front(), true});
  const Place first = graph.comingFrom({final, true});
  const bool again = first.known() && graph.match(final).state == MatchState::kDecided &&
                     first.known() != unbeaten.known();
  if (again) {
    // Both have lost once.
    const int second = graph.add(Part::kFinal, 2, {final, true}, {final, false});
    const Place champion = graph.comingFrom({second, true});
    return std::move(graph).finish(champion);
  }
  const int second =
      graph.add(Part::kFinal, 2, Place{}, Place{}, Origin{final, true}, Origin{final, false});
  if (!first.unknown()) graph.match(second).state = MatchState::kNotNeeded;
  return std::move(graph).finish(first);
}

}  // namespace dju::arena
