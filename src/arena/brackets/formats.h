// The formats behind bracket.h, one function each, which throw where that returns an Error. Any
// thread.
#pragma once

#include <map>

#include "arena/brackets/bracket.h"

namespace dju::arena {

// By match. Each entry that a format takes is removed, so that what is left was of no open match.
using Results = std::map<int, Decision>;

Bracket singleElimination(int entrants, Results& results);
Bracket doubleElimination(int entrants, Results& results);
Bracket swiss(int entrants, Results& results);
Bracket roundRobin(int entrants, Results& results);

// Fills the table of the matches that are decided, and, if the bracket has ended, its champion.
// `byePoints`: of each bye.
void rank(Bracket& bracket, int entrants, double byePoints);

}  // namespace dju::arena
