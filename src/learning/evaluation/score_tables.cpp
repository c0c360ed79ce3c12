#include "learning/evaluation/score_tables.h"

namespace dju::learning {

ScoreTable tableOf(const torch::Tensor& table) {
  ScoreTable columns;
  for (std::int64_t c = 0; c < table.size(1); ++c) {
    const torch::Tensor column = table.select(1, c).to(torch::kFloat64).contiguous();
    columns.emplace_back(column.data_ptr<double>(), column.data_ptr<double>() + column.numel());
  }
  return columns;
}

ScoreTable truthOf(const Model& model, const Split& split) {
  const std::size_t targets = model.targets().size();
  ScoreTable truth(targets);
  std::vector<float> own(targets);
  for (std::size_t item = 0; item < split.items(); ++item) {
    model.copyTargets(split, item, own);
    for (std::size_t i = 0; i < targets; ++i) truth[i].push_back(own[i]);
  }
  return truth;
}

std::vector<std::string> groupsOf(const Split& split, const std::string& key) {
  std::vector<std::string> groups;
  for (std::size_t item = 0; item < split.items(); ++item) {
    std::string group = split.textOf(item, key);
    if (group.empty()) group = split.textOf(item, "log");
    groups.push_back(group.empty() ? "item " + std::to_string(item) : group);
  }
  return groups;
}

}  // namespace dju::learning
