#include "inference/conversion/choices.h"

#include <algorithm>

namespace dju::inference {

std::set<std::string> tensorsThatChoose(const OnnxModel& model) {
  std::set<std::string> choosing;
  // Nodes stand in the order in which they run: from behind, each is met after all who read it.
  for (auto node = model.nodes.rbegin(); node != model.nodes.rend(); ++node) {
    const auto found = node->attributes.find("to");
    const auto* to =
        found != node->attributes.end() ? std::get_if<std::int64_t>(&found->second) : nullptr;
    const bool makesIndices = node->op == "Cast" && to != nullptr &&
                              *to == static_cast<std::int64_t>(ElementType::kInt64);
    const bool asked =
        std::any_of(node->outputs.begin(), node->outputs.end(),
                    [&](const std::string& output) { return choosing.contains(output); });
    if (makesIndices || asked) choosing.insert(node->inputs.begin(), node->inputs.end());
  }
  return choosing;
}

}  // namespace dju::inference
