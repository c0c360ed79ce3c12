#include "learning/models/score_heads.h"

#include <algorithm>
#include <limits>

#include "core/error.h"

namespace dju::learning {

torch::Tensor maskedScoreLoss(const torch::Tensor& logits, const torch::Tensor& labels,
                              const std::vector<ScoreHead>& heads) {
  std::vector<float> weights;
  for (const ScoreHead& head : heads) weights.push_back(static_cast<float>(head.weight));
  const torch::Tensor known = labels.isnan().logical_not();
  // A NaN times zero would still be NaN in the gradient.
  const torch::Tensor filled = torch::where(known, labels, torch::zeros_like(labels));
  const torch::Tensor mask = known.to(torch::kFloat32);
  const torch::Tensor each = torch::binary_cross_entropy_with_logits(
      logits.to(torch::kFloat32), filled, {}, {}, at::Reduction::None);
  const torch::Tensor means = (each * mask).sum(0) / mask.sum(0).clamp_min(1.0);
  return (means * torch::tensor(weights).to(means.device())).sum();
}

ScoreModel::ScoreModel(const DatasetInfo& info, std::vector<ScoreHead> heads)
    : Model(info), heads_(std::move(heads)) {
  for (const ScoreHead& head : heads_) {
    names_.push_back(head.name);
    std::optional<Column>& column = columns_.emplace_back();
    if (const auto label = info.labelAt(head.name)) {
      column = {false, *label};
    } else if (const auto extra = info.extraAt(head.name)) {
      column = {true, *extra};
    }
  }
  if (std::none_of(columns_.begin(), columns_.end(), [](const auto& at) { return at.has_value(); }))
    throw Error(ErrorCode::kInvalid, "the data set has no label \"" + names_.front() +
                                         "\" nor any other that this model learns");
}

void ScoreModel::copyTargets(const Split& split, std::size_t item, std::span<float> out) const {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const auto& column = columns_[i];
    out[i] = !column           ? std::numeric_limits<float>::quiet_NaN()
             : column->isExtra ? split.extras(item)[column->at]
                               : split.labels(item)[column->at];
  }
}

torch::Tensor ScoreModel::loss(const torch::Tensor& logits, const torch::Tensor& targets) const {
  return maskedScoreLoss(logits, targets, heads_);
}

}  // namespace dju::learning
