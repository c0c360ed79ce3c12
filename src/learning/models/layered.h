// The technical judge with every layer a number: the space that an architecture search moves in
// (search/model_search.h), after the project's document. Two-dimensional convolutions with pooling
// after each second one, LSTMs, attention, dense layers, and the technical heads. Where the
// document averages time away before the LSTMs, frequency is averaged here (technical.h says why).
// It hears onset correlations as the technical model that ships does, since log-mel frames alone do
// not tell beats. One instance, one thread.
#pragma once

#include "learning/models/encoders.h"
#include "learning/models/score_heads.h"

namespace dju::learning {

struct LayeredShape {
  std::int64_t framesAStep = 4;  // averaged before the first convolution
  std::int64_t convLayers = 2, convFilters = 32, kernelSize = 3;
  std::int64_t lstmLayers = 1, lstmUnits = 64;
  std::int64_t attentionLayers = 1, attentionHeads = 8, attentionWidth = 64;
  std::int64_t denseLayers = 1, denseUnits = 64;
  double dropout = 0.3;

  static LayeredShape document() { return {1, 3, 64, 3, 2, 128, 1, 8, 64, 1, 128, 0.3}; }
  std::int64_t framesPerStep() const { return framesAStep << (convLayers / 2); }
};

class LayeredModel : public ScoreModel {
 public:
  // Throws Error when the data set lacks columns or labels, or its windows do not divide into
  // steps.
  LayeredModel(const DatasetInfo& info, const LayeredShape& shape);

  torch::Tensor forward(const Inputs& inputs) override;

 private:
  torch::Tensor hear(const Inputs& inputs);
  // Steps that each ask all steps until then, beside what they were (a residual layer).
  torch::Tensor attend(const torch::Tensor& x, std::size_t layer);

  LayeredShape shape_;
  DatasetInfo::Range mel_;
  torch::nn::ModuleList convolutions_, norms_, lstms_, asks_, dense_;
  LagEncoder lags_{nullptr};
  LastStepAttention last_{nullptr};
  torch::nn::Dropout dropout_;
  torch::nn::Linear heads_{nullptr};
};

}  // namespace dju::learning
