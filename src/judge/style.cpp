#include "judge/style.h"

#include <numeric>

namespace dju::judge {

const RubricStyle* styleOf(const TypeCounts& counts, const Rubric& rubric) {
  const int all = std::accumulate(counts.begin(), counts.end(), 0);
  if (all < rubric.fewestForStyle) return nullptr;
  const RubricStyle* otherwise = nullptr;
  for (const RubricStyle& style : rubric.styles) {
    if (style.types.empty()) otherwise = &style;
    int own = 0;
    for (const TransitionType type : style.types) own += counts[static_cast<std::size_t>(type)];
    if (2 * own >= all && own > 0) return &style;
  }
  return otherwise;
}

}  // namespace dju::judge
