// Less data, to learn what more of it would bring: a share of a split's performances. Any thread.
#pragma once

#include <cstdint>

#include "learning/data/dataset.h"

namespace dju::learning {

// Keeps the items of a share of the performances, at least one of them, chosen by the seed; a
// smaller share is part of a larger one. An item without "performance" is one of its own.
void keepShare(Split& split, double share, std::uint64_t seed);

}  // namespace dju::learning
