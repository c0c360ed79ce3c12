// Finds the transition in a window and says what it is: where it starts and ends, as parts of the
// window, its type and its quality; or that there is none. Its windows are beat-synchronous: 96
// beats in frames of a quarter of a beat, so that a blend of 32 beats looks the same at any tempo
// (docs/dataset.md).
#pragma once

#include "learning/models/encoders.h"
#include "learning/models/model.h"

namespace dju::learning {

struct TransitionShape {
  SpectrumShape spectrum{1, {8, 16, 32}};
  std::int64_t lstm = 32;  // each way: a transition is judged when it is over
  double dropout = 0.1;

  static TransitionShape document() { return {{1, {64, 128, 256}}, 128, 0.3}; }
};

// Targets: transition_start, transition_end, transition_quality (labels of the data set, 0 to 1),
// and one a type, 1 for an item's "transition" of its line (none, or as judge/transitions.h). The
// loss is the mean squared error of start and end, the cross-entropy of the type and of the
// quality, a quarter each.
class TransitionModel : public Model {
 public:
  TransitionModel(const DatasetInfo& info, const TransitionShape& shape);

  torch::Tensor forward(const Inputs& inputs) override;
  void copyTargets(const Split& split, std::size_t item, std::span<float> out) const override;
  const std::vector<std::string>& targets() const override;
  ChoiceRange choice() const override { return {3, targets().size() - 3}; }
  torch::Tensor loss(const torch::Tensor& logits, const torch::Tensor& targets) const override;
  torch::Tensor scores(const torch::Tensor& logits) const override;

 private:
  std::vector<std::optional<std::size_t>> labels_;  // columns of the first three targets
  SpectrumEncoder spectrum_{nullptr};
  torch::nn::LSTM lstm_{nullptr};
  torch::nn::Dropout dropout_;
  torch::nn::Linear where_{nullptr}, what_{nullptr};
};

}  // namespace dju::learning
