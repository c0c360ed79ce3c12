// Swiss system and round robin: everybody plays every round, points decide.
#include <algorithm>
#include <set>

#include "arena/brackets/formats.h"

namespace dju::arena {
namespace {

using Pairing = std::pair<int, int>;

void addMatch(Bracket& bracket, Results& results, int round, std::optional<int> a,
              std::optional<int> b) {
  Match match;
  match.number = static_cast<int>(bracket.matches.size());
  match.round = round;
  match.a = a;
  match.b = b;
  match.state = a && b ? MatchState::kOpen : MatchState::kBye;
  const auto result = results.find(match.number);
  if (match.state == MatchState::kOpen && result != results.end()) {
    match.state = MatchState::kDecided;
    match.decision = result->second;
    results.erase(result);
  }
  bracket.matches.push_back(match);
}

bool allDecided(const Bracket& bracket) {
  return std::none_of(bracket.matches.begin(), bracket.matches.end(),
                      [](const Match& match) { return match.state == MatchState::kOpen; });
}

// What a match gave to one of its sides; `bye` for a bye.
double pointsOf(const Match& match, bool first, double bye) {
  if (match.state == MatchState::kBye) return bye;
  if (match.decision == Decision::kDraw) return 0.5;
  if (match.decision == Decision::kNeither) return 0;
  return (match.decision == Decision::kA) == first ? 1 : 0;
}

// Neighbours in the standings that have not met, by trying: `waiting` are in order. Everybody has
// met fewer than half of the others, since there are that few rounds, so such pairs exist (Dirac,
// 1952), and are found long before all orders were tried.
bool pairUp(std::vector<int> waiting, const std::set<Pairing>& met, std::vector<Pairing>& pairs) {
  if (waiting.empty()) return true;
  const int first = waiting.front();
  for (std::size_t i = 1; i < waiting.size(); ++i) {
    if (met.contains(std::minmax(first, waiting[i]))) continue;
    std::vector<int> rest;
    for (std::size_t k = 1; k < waiting.size(); ++k) {
      if (k != i) rest.push_back(waiting[k]);
    }
    pairs.emplace_back(first, waiting[i]);
    if (pairUp(std::move(rest), met, pairs)) return true;
    pairs.pop_back();
  }
  return false;
}

void addSwissRound(Bracket& bracket, Results& results, int entrants, int round) {
  std::set<Pairing> met;
  std::set<int> rested;
  for (const Match& match : bracket.matches) {
    if (match.a && match.b) met.insert(std::minmax(*match.a, *match.b));
    if (match.a && !match.b) rested.insert(*match.a);
  }
  rank(bracket, entrants, 1);
  std::vector<int> waiting;
  for (const TableRow& row : bracket.table) waiting.push_back(row.entrant);
  std::optional<int> bye;
  if (entrants % 2 != 0) {
    // The last of those who have not rested yet; there are more entrants than rounds.
    const auto last = std::find_if(waiting.rbegin(), waiting.rend(),
                                   [&](int each) { return !rested.contains(each); });
    bye = *last;
    waiting.erase(std::next(last).base());
  }
  std::vector<Pairing> pairs;
  pairUp(waiting, met, pairs);
  for (const auto& [a, b] : pairs) addMatch(bracket, results, round, a, b);
  if (bye) addMatch(bracket, results, round, bye, {});
}

// As many as single elimination would have: enough for one to be first alone without draws.
int swissRounds(int entrants) {
  int rounds = 1;
  while (1 << rounds < entrants) ++rounds;
  return rounds;
}

void nameChampion(Bracket& bracket) {
  const TableRow& first = bracket.table[0];
  const TableRow& second = bracket.table[1];
  bracket.champion = first.entrant;
  bracket.by = first.points > second.points         ? ChampionBy::kMatches
               : first.direct > second.direct       ? ChampionBy::kDirect
               : first.opponents > second.opponents ? ChampionBy::kOpponents
                                                    : ChampionBy::kSeed;
}

}  // namespace

void rank(Bracket& bracket, int entrants, double byePoints) {
  std::vector<TableRow> rows(static_cast<std::size_t>(entrants));
  for (int i = 0; i < entrants; ++i) rows[static_cast<std::size_t>(i)].entrant = i;
  const auto row = [&](int entrant) -> TableRow& {
    return rows[static_cast<std::size_t>(entrant)];
  };
  const auto counted = [](const Match& match) {
    return match.state == MatchState::kDecided || match.state == MatchState::kBye;
  };
  for (const Match& match : bracket.matches) {
    if (!counted(match)) continue;
    row(*match.a).points += pointsOf(match, true, byePoints);
    ++row(*match.a).played;
    if (!match.b) continue;
    row(*match.b).points += pointsOf(match, false, byePoints);
    ++row(*match.b).played;
  }
  for (const Match& match : bracket.matches) {
    if (match.state != MatchState::kDecided) continue;
    TableRow& a = row(*match.a);
    TableRow& b = row(*match.b);
    const double ofA = pointsOf(match, true, 0), ofB = pointsOf(match, false, 0);
    a.opponents += ofA * b.points;
    b.opponents += ofB * a.points;
    if (a.points == b.points) {
      a.direct += ofA;
      b.direct += ofB;
    }
  }
  std::stable_sort(rows.begin(), rows.end(), [](const TableRow& x, const TableRow& y) {
    if (x.points != y.points) return x.points > y.points;
    if (x.direct != y.direct) return x.direct > y.direct;
    return x.opponents > y.opponents;
  });
  bracket.table = std::move(rows);
  if (bracket.ended) nameChampion(bracket);
}

Bracket swiss(int entrants, Results& results) {
  Bracket bracket;
  const int rounds = swissRounds(entrants);
  for (int round = 1; round <= rounds && allDecided(bracket); ++round) {
    addSwissRound(bracket, results, entrants, round);
    bracket.ended = round == rounds && allDecided(bracket);
  }
  rank(bracket, entrants, 1);
  return bracket;
}

// The circle method: one stays, the others walk round it (Kirkman, 1847).
Bracket roundRobin(int entrants, Results& results) {
  Bracket bracket;
  const int seats = entrants + entrants % 2;
  const auto at = [&](int seat, int round) {
    return seat == 0 ? 0 : 1 + (seat - 1 + round) % (seats - 1);
  };
  for (int round = 0; round < seats - 1; ++round) {
    for (int seat = 0; seat < seats / 2; ++seat) {
      const int a = at(seat, round), b = at(seats - 1 - seat, round);
      if (a < entrants && b < entrants)
        addMatch(bracket, results, round + 1, std::min(a, b), std::max(a, b));
      else
        addMatch(bracket, results, round + 1, std::min(a, b), {});
    }
  }
  bracket.ended = allDecided(bracket);
  rank(bracket, entrants, 0);
  return bracket;
}

}  // namespace dju::arena
