// Which records are mixed with which.
#pragma once

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "arena/gate/true_records.h"

namespace dju::bench {

using Records = std::vector<arena::TrueRecord>;
using Pairs = std::vector<std::pair<std::size_t, std::size_t>>;

// Up to `count` pairs of different records for which `suits`, with repetition.
Pairs drawPairs(
    const Records& records, int count, std::uint64_t seed,
    const std::function<bool(const arena::TrueRecord&, const arena::TrueRecord&)>& suits);

}  // namespace dju::bench
