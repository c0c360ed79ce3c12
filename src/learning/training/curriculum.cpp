#include "learning/training/curriculum.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace dju::learning {

std::vector<std::size_t> byDifficulty(const Model& model, const Split& split) {
  std::vector<float> ease(split.items());
  std::vector<float> targets(model.targets().size());
  for (std::size_t item = 0; item < ease.size(); ++item) {
    model.copyTargets(split, item, targets);
    float sum = 0;
    float known = 0;
    for (const float target : targets) {
      if (std::isnan(target)) continue;
      sum += std::fabs(2 * target - 1);
      ++known;
    }
    ease[item] = known > 0 ? sum / known : -1;
  }
  std::vector<std::size_t> order;
  for (std::size_t item = 0; item < ease.size(); ++item) {
    if (ease[item] >= 0) order.push_back(item);
  }
  if (order.empty())
    throw Error(ErrorCode::kInvalid,
                "no item says anything of what is to be learned: " + model.targets().front() +
                    (model.targets().size() > 1 ? " …" : ""));
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return ease[a] > ease[b]; });
  return order;
}

std::size_t itemsAt(int epoch, const std::vector<int>& phases, std::size_t items) {
  int end = 0;
  for (std::size_t phase = 0; phase + 1 < phases.size(); ++phase) {
    end += phases[phase];
    if (epoch <= end) return std::max<std::size_t>(1, items * (phase + 1) / phases.size());
  }
  return items;
}

}  // namespace dju::learning
