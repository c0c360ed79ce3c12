// Ratings of people: Glicko-2 (Glickman, "Example of the Glicko-2 system", 2022). A person plays
// few games and gets better meanwhile, which Bradley-Terry does not know. Pure; any thread.
#pragma once

#include <span>

namespace dju::arena {

struct PersonRating {
  double points = 1500;
  double deviation = 350;    // points; two of them on each side are 95 %
  double volatility = 0.06;  // how much it is expected to change
};

struct Game {
  PersonRating opponent;  // before the period
  double score = 0.5;     // 1 won, 0.5 tied, 0 lost
};

// After a rating period with these games, all against opponents as they were before it. Without
// games only the deviation grows.
PersonRating afterPeriod(const PersonRating& before, std::span<const Game> games);

}  // namespace dju::arena
