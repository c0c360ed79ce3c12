// A DJ's style, recognised by the transitions that he or she makes: the first style of the rubric
// whose types make up half of them, or the one without types. Callers: the live judge, reports.
// Pure; any thread.
#pragma once

#include <array>

#include "judge/rubric.h"

namespace dju::judge {

// How many transitions of each type somebody has made.
using TypeCounts = std::array<int, kTransitionTypes>;

// Null before the rubric's fewest transitions.
const RubricStyle* styleOf(const TypeCounts& counts, const Rubric& rubric);

}  // namespace dju::judge
