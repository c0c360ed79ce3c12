// How engaged a crowd would be, 0 to 1, from the course of levels and rhythm. Learned from votes
// and presence; until there are any, from simulated audiences, and every report says so.
#pragma once

#include "learning/models/encoders.h"
#include "learning/models/score_heads.h"

namespace dju::learning {

struct CrowdShape {
  SpectrumShape spectrum{4, {8, 16, 32}};
  std::int64_t lstm = 32;
  double dropout = 0.1;

  static CrowdShape document() { return {{1, {64, 128, 256}}, 128, 0.3}; }
};

class CrowdModel : public ScoreModel {
 public:
  CrowdModel(const DatasetInfo& info, const CrowdShape& shape);
  torch::Tensor forward(const Inputs& inputs) override;

 private:
  SpectrumEncoder spectrum_{nullptr};
  torch::nn::LSTM lstm_{nullptr};
  torch::nn::Dropout dropout_;
  torch::nn::Linear out_{nullptr};
};

}  // namespace dju::learning
