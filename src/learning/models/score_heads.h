// Scores from 0 to 1 and their losses: what the technical, the creative and the crowd model share.
// A label may be missing (a window in which one deck sounds has no beat alignment): it then takes
// no part in the loss, and a head without any label in a batch none either.
#pragma once

#include <torch/torch.h>

#include <string>
#include <vector>

#include "learning/models/model.h"

namespace dju::learning {

struct ScoreHead {
  std::string name;   // of the label in the data set, or else of an extra that is 0 to 1
  double weight = 1;  // in the loss
};

// Binary cross-entropy of each head over its known labels, weighted:
//   sum over heads of weight * mean over items with a label of BCE(sigmoid(logit), label).
// logits, labels: [items, heads]; NaN = no label.
torch::Tensor maskedScoreLoss(const torch::Tensor& logits, const torch::Tensor& labels,
                              const std::vector<ScoreHead>& heads);

class ScoreModel : public Model {
 public:
  // Throws Error when the data set has none of the heads.
  ScoreModel(const DatasetInfo& info, std::vector<ScoreHead> heads);

  void copyTargets(const Split& split, std::size_t item, std::span<float> out) const override;
  const std::vector<std::string>& targets() const override { return names_; }
  torch::Tensor loss(const torch::Tensor& logits, const torch::Tensor& targets) const override;
  torch::Tensor scores(const torch::Tensor& logits) const override { return logits.sigmoid(); }

 protected:
  std::int64_t headCount() const { return static_cast<std::int64_t>(heads_.size()); }

 private:
  std::vector<ScoreHead> heads_;
  std::vector<std::string> names_;
  // Where each head's truth stands; nothing where the data set has none.
  struct Column {
    bool isExtra = false;
    std::size_t at = 0;
  };
  std::vector<std::optional<Column>> columns_;
};

}  // namespace dju::learning
