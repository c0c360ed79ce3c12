#include "arena/brackets/bracket.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "core/random.h"

namespace dju::arena {
namespace {

bool isElimination(Format format) {
  return format == Format::kSingleElimination || format == Format::kDoubleElimination;
}

Decision randomDecision(Format format, Random& random) {
  if (random.chance(0.03)) return Decision::kNeither;
  if (!isElimination(format) && random.chance(0.2)) return Decision::kDraw;
  return random.chance(0.5) ? Decision::kA : Decision::kB;
}

struct Played {
  std::vector<MatchResult> results;
  Bracket bracket;
  int steps = 0;
};

// Decides one open match after another, any of them next, until the end.
Played playOut(Format format, int entrants, Random& random,
               const std::function<Decision(const Match&)>& decide) {
  Played played;
  played.bracket = bracketAfter(format, entrants, {}).valueOrThrow();
  for (; !played.bracket.ended && played.steps < 10000; ++played.steps) {
    std::vector<Match> open;
    for (const Match& match : played.bracket.matches) {
      if (match.state == MatchState::kOpen) open.push_back(match);
    }
    EXPECT_FALSE(open.empty()) << "neither over nor open";
    if (open.empty()) break;
    const Match& next = open[static_cast<std::size_t>(random.below(static_cast<int>(open.size())))];
    played.results.push_back({next.number, decide(next)});
    played.bracket = bracketAfter(format, entrants, played.results).valueOrThrow();
  }
  return played;
}

// Losses of each entrant; what byes are not.
std::map<int, int> losses(const Bracket& bracket) {
  std::map<int, int> lost;
  for (const Match& match : bracket.matches) {
    if (match.decision == Decision::kA) ++lost[*match.b];
    if (match.decision == Decision::kB) ++lost[*match.a];
  }
  return lost;
}

std::map<std::pair<int, int>, int> meetings(const Bracket& bracket) {
  std::map<std::pair<int, int>, int> met;
  for (const Match& match : bracket.matches) {
    if (match.a && match.b && match.state != MatchState::kNotNeeded)
      ++met[std::minmax(*match.a, *match.b)];
  }
  return met;
}

class EveryFormat : public testing::TestWithParam<Format> {};
INSTANTIATE_TEST_SUITE_P(Bracket, EveryFormat,
                         testing::Values(Format::kSingleElimination, Format::kDoubleElimination,
                                         Format::kSwiss, Format::kRoundRobin));

TEST_P(EveryFormat, endsWithOneChampionWhateverHappens) {
  Random random(11);
  for (int entrants = kFewestEntrants; entrants <= kMostEntrants;
       entrants += entrants < 18 ? 1 : 23) {
    for (int repetition = 0; repetition < 2; ++repetition) {
      const Played played = playOut(GetParam(), entrants, random, [&](const Match& match) {
        EXPECT_NE(match.a, match.b);
        return random.chance(0.5) ? Decision::kA : Decision::kB;
      });
      ASSERT_TRUE(played.bracket.ended);
      ASSERT_TRUE(played.bracket.champion);
      EXPECT_LT(*played.bracket.champion, entrants);
    }
  }
}

TEST_P(EveryFormat, endsEvenWhenContestantsFail) {
  Random random(12);
  for (int entrants = 2; entrants < 14; ++entrants) {
    for (int repetition = 0; repetition < 10; ++repetition) {
      const Played played = playOut(GetParam(), entrants, random, [&](const Match&) {
        return randomDecision(GetParam(), random);
      });
      EXPECT_TRUE(played.bracket.ended);
    }
  }
}

TEST_P(EveryFormat, theStrongestWins) {
  Random random(13);
  for (int entrants = 2; entrants < 20; ++entrants) {
    const int strongest = random.below(entrants);
    const Played played = playOut(GetParam(), entrants, random, [&](const Match& match) {
      if (match.a == strongest) return Decision::kA;
      if (match.b == strongest) return Decision::kB;
      return random.chance(0.5) ? Decision::kA : Decision::kB;
    });
    EXPECT_EQ(played.bracket.champion, strongest) << entrants << " entrants";
  }
}

TEST_P(EveryFormat, theOrderOfResultsDoesNotMatter) {
  Random random(14);
  Played played = playOut(GetParam(), 9, random, [&](const Match&) {
    return random.chance(0.5) ? Decision::kA : Decision::kB;
  });
  std::reverse(played.results.begin(), played.results.end());
  const Bracket again = bracketAfter(GetParam(), 9, played.results).valueOrThrow();
  EXPECT_EQ(again.champion, played.bracket.champion);
  EXPECT_EQ(again.matches.size(), played.bracket.matches.size());
}

TEST_P(EveryFormat, refusesWhatCannotBe) {
  EXPECT_FALSE(bracketAfter(GetParam(), 1, {}));
  EXPECT_FALSE(bracketAfter(GetParam(), kMostEntrants + 1, {}));
  const std::vector<MatchResult> twice{{0, Decision::kA}, {0, Decision::kA}};
  EXPECT_FALSE(bracketAfter(GetParam(), 4, twice));
  const std::vector<MatchResult> unknown{{99, Decision::kA}};
  EXPECT_FALSE(bracketAfter(GetParam(), 4, unknown));
  const std::vector<MatchResult> draw{{0, Decision::kDraw}};
  EXPECT_EQ(bracketAfter(GetParam(), 4, draw).ok(), !isElimination(GetParam()));
}

TEST(SingleElimination, oneLossIsTheEndOfIt) {
  Random random(15);
  for (int entrants = 2; entrants < 34; ++entrants) {
    const Played played = playOut(Format::kSingleElimination, entrants, random, [&](const Match&) {
      return random.chance(0.5) ? Decision::kA : Decision::kB;
    });
    EXPECT_EQ(played.results.size(), static_cast<std::size_t>(entrants - 1));
    for (const auto& [entrant, lost] : losses(played.bracket)) EXPECT_EQ(lost, 1);
    EXPECT_FALSE(losses(played.bracket).contains(*played.bracket.champion));
  }
}

TEST(SingleElimination, ofThreeTheBestSeedRestsFirst) {
  const Bracket bracket = bracketAfter(Format::kSingleElimination, 3, {}).valueOrThrow();
  ASSERT_EQ(bracket.matches.size(), 3U);
  EXPECT_EQ(bracket.matches[0].state, MatchState::kBye);
  EXPECT_EQ(bracket.matches[0].a, 0);
  EXPECT_EQ(bracket.matches[1].state, MatchState::kOpen);
  EXPECT_EQ(bracket.matches[2].a, 0);
  EXPECT_EQ(bracket.matches[2].state, MatchState::kWaiting);
}

TEST(SingleElimination, theBestTwoMeetInTheFinal) {
  Random random(16);
  const Played played = playOut(Format::kSingleElimination, 13, random, [](const Match& match) {
    return *match.a < *match.b ? Decision::kA : Decision::kB;
  });
  EXPECT_EQ(std::minmax(*played.bracket.matches.back().a, *played.bracket.matches.back().b),
            (std::pair<const int&, const int&>(0, 1)));
}

TEST(DoubleElimination, twoLossesAreTheEndOfIt) {
  Random random(17);
  for (int entrants = 2; entrants < 34; ++entrants) {
    for (int repetition = 0; repetition < 5; ++repetition) {
      const Played played =
          playOut(Format::kDoubleElimination, entrants, random,
                  [&](const Match&) { return random.chance(0.5) ? Decision::kA : Decision::kB; });
      auto lost = losses(played.bracket);
      EXPECT_LE(lost[*played.bracket.champion], 1);
      for (int i = 0; i < entrants; ++i) {
        if (i != played.bracket.champion) {
          EXPECT_EQ(lost[i], 2) << i << " of " << entrants;
        }
      }
    }
  }
}

TEST(DoubleElimination, theSecondFinalIsOnlyPlayedWhenBothHaveLostOnce) {
  std::vector<MatchResult> results{{0, Decision::kA}, {1, Decision::kA}};
  Bracket bracket = bracketAfter(Format::kDoubleElimination, 2, results).valueOrThrow();
  EXPECT_EQ(bracket.champion, 0);
  EXPECT_EQ(bracket.matches.back().state, MatchState::kNotNeeded);
  results[1].decision = Decision::kB;
  bracket = bracketAfter(Format::kDoubleElimination, 2, results).valueOrThrow();
  EXPECT_FALSE(bracket.ended);
  EXPECT_EQ(bracket.matches.back().state, MatchState::kOpen);
}

TEST(RoundRobin, everybodyMeetsEverybodyOnce) {
  for (int entrants = 2; entrants <= 21; ++entrants) {
    const Bracket bracket = bracketAfter(Format::kRoundRobin, entrants, {}).valueOrThrow();
    const auto met = meetings(bracket);
    EXPECT_EQ(met.size(), static_cast<std::size_t>(entrants * (entrants - 1) / 2));
    std::map<int, std::set<int>> busy;
    for (const Match& match : bracket.matches) {
      EXPECT_TRUE(busy[match.round].insert(*match.a).second);
      if (match.b) {
        EXPECT_TRUE(busy[match.round].insert(*match.b).second);
      }
    }
  }
}

TEST(RoundRobin, aTieForTheFirstPlaceHasAStatedEnd) {
  // 0 beats 1, 1 beats 2, 2 beats 0: equal in everything, so the better seed.
  const Bracket open = bracketAfter(Format::kRoundRobin, 3, {}).valueOrThrow();
  std::vector<MatchResult> results;
  for (const Match& match : open.matches) {
    if (!match.b) continue;
    const int loser = (*match.a + 1) % 3;
    results.push_back({match.number, *match.b == loser ? Decision::kA : Decision::kB});
  }
  const Bracket circle = bracketAfter(Format::kRoundRobin, 3, results).valueOrThrow();
  EXPECT_EQ(circle.champion, 0);
  EXPECT_EQ(circle.by, ChampionBy::kSeed);
  for (MatchResult& result : results) result.decision = Decision::kDraw;
  EXPECT_EQ(bracketAfter(Format::kRoundRobin, 3, results).valueOrThrow().by, ChampionBy::kSeed);
}

TEST(RoundRobin, equalPointsAreDecidedBetweenThoseWhoHaveThem) {
  // 3 beats 0 and loses to 1; 0 beats 1 and 2; 1 loses to 2; 2 loses to 3: 0 and 3 have two each.
  const std::map<std::pair<int, int>, int> winners{{{0, 1}, 0}, {{0, 2}, 0}, {{0, 3}, 3},
                                                   {{1, 2}, 2}, {{1, 3}, 1}, {{2, 3}, 3}};
  std::vector<MatchResult> results;
  const Bracket open = bracketAfter(Format::kRoundRobin, 4, {}).valueOrThrow();
  for (const Match& match : open.matches) {
    const int winner = winners.at({*match.a, *match.b});
    results.push_back({match.number, winner == *match.a ? Decision::kA : Decision::kB});
  }
  const Bracket bracket = bracketAfter(Format::kRoundRobin, 4, results).valueOrThrow();
  EXPECT_EQ(bracket.champion, 3);
  EXPECT_EQ(bracket.by, ChampionBy::kDirect);
}

TEST(Swiss, nobodyMeetsTwiceOrRestsTwice) {
  Random random(18);
  for (int entrants = 2; entrants <= kMostEntrants; entrants += entrants < 20 ? 1 : 11) {
    const Played played = playOut(Format::kSwiss, entrants, random, [&](const Match&) {
      return randomDecision(Format::kSwiss, random);
    });
    for (const auto& [pair, times] : meetings(played.bracket))
      EXPECT_EQ(times, 1) << pair.first << " and " << pair.second << " of " << entrants;
    std::map<int, int> rests, rounds;
    for (const Match& match : played.bracket.matches) {
      ++rounds[*match.a];
      match.b ? ++rounds[*match.b] : ++rests[*match.a];
    }
    for (const auto& [entrant, times] : rests) EXPECT_EQ(times, 1);
    for (const auto& [entrant, times] : rounds) EXPECT_EQ(times, rounds[0]);
  }
}

}  // namespace
}  // namespace dju::arena
