#include "learning/data/share.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "core/random.h"

namespace dju::learning {
namespace {

std::string performanceOf(const Split& split, std::size_t item) {
  const std::string name = split.textOf(item, "performance");
  return name.empty() ? "item " + std::to_string(item) : name;
}

}  // namespace

void keepShare(Split& split, double share, std::uint64_t seed) {
  std::set<std::string> names;
  for (std::size_t item = 0; item < split.items(); ++item) names.insert(performanceOf(split, item));
  std::vector<std::string> order(names.begin(), names.end());
  Random random(seed);
  for (std::size_t i = order.size(); i > 1; --i)
    std::swap(order[i - 1], order[static_cast<std::size_t>(random.below(static_cast<int>(i)))]);
  const double wanted = std::round(share * static_cast<double>(order.size()));
  order.resize(std::clamp<std::size_t>(static_cast<std::size_t>(wanted), 1, order.size()));
  const std::set<std::string> chosen(order.begin(), order.end());
  std::vector<std::size_t> items;
  for (std::size_t item = 0; item < split.items(); ++item)
    if (chosen.count(performanceOf(split, item)) > 0) items.push_back(item);
  split.keep(items);
}

}  // namespace dju::learning
