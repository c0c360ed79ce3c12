// Names the genre of a mix: the eight of the demo tracks. What tells half-time from full-time
// (dubstep at 70 or 140, drum and bass at 87 or 174) is how the onsets repeat, so it hears their
// correlations besides the spectrum.
#pragma once

#include "learning/models/encoders.h"
#include "learning/models/model.h"

namespace dju::learning {

struct GenreShape {
  SpectrumShape spectrum{4, {8, 16, 32}};
  LagShape lags;
  std::int64_t hidden = 64;
  double dropout = 0.2;

  static GenreShape document() { return {{1, {64, 128, 256}}, {}, 128, 0.3}; }
};

// Targets: one a genre, 1 for an item's own. An item's genre is the "genre" of its line; an item
// with another one, or none, is not learned from, nor is one whose "families" are of several: what
// sounds there has no single name.
class GenreModel : public Model {
 public:
  GenreModel(const DatasetInfo& info, const GenreShape& shape);

  torch::Tensor forward(const Inputs& inputs) override;
  void copyTargets(const Split& split, std::size_t item, std::span<float> out) const override;
  const std::vector<std::string>& targets() const override;
  ChoiceRange choice() const override { return {0, targets().size()}; }
  // Cross-entropy of the softmax.
  torch::Tensor loss(const torch::Tensor& logits, const torch::Tensor& targets) const override;
  torch::Tensor scores(const torch::Tensor& logits) const override { return logits.softmax(1); }

 private:
  SpectrumEncoder spectrum_{nullptr};
  LagEncoder lags_{nullptr};
  torch::nn::Linear hidden_{nullptr}, out_{nullptr};
  torch::nn::Dropout dropout_;
};

}  // namespace dju::learning
