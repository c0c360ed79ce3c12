// Which items an epoch sees while a model goes from the obvious to the subtle. An item is easy when
// its labels lie near 0 or 1: a train wreck and a perfect blend are told apart by anyone, .45 and
// .55 by few. Phases add harder items to the easier ones; leaving those out, as the document's
// listing does, made models forget them. Any thread.
#pragma once

#include <vector>

#include "learning/models/model.h"

namespace dju::learning {

// Items from easy to hard, without those of which nothing is known. Throws Error(kInvalid) when
// that leaves none.
std::vector<std::size_t> byDifficulty(const Model& model, const Split& split);

// How many of them epoch `epoch` (from 1) sees, of `items`, with phases of so many epochs.
std::size_t itemsAt(int epoch, const std::vector<int>& phases, std::size_t items);

}  // namespace dju::learning
