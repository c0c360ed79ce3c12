#include "mixing/pairs.h"

#include "core/random.h"

namespace dju::bench {

Pairs drawPairs(
    const Records& records, int count, std::uint64_t seed,
    const std::function<bool(const arena::TrueRecord&, const arena::TrueRecord&)>& suits) {
  Random random(seed);
  Pairs pairs;
  const int size = static_cast<int>(records.size());
  for (int tries = 0; size > 1 && static_cast<int>(pairs.size()) < count && tries < 1000 * count;
       ++tries) {
    const auto a = static_cast<std::size_t>(random.below(size));
    const auto b = static_cast<std::size_t>(random.below(size));
    if (a != b && suits(records[a], records[b])) pairs.emplace_back(a, b);
  }
  return pairs;
}

}  // namespace dju::bench
