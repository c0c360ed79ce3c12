// Judges what a mix is made of: the choice of tracks, the course of energy, the mixing of genres,
// and originality. Until people have rated, its labels are formulas of ours, called proxies
// everywhere, and no verdict gives them weight.
//
// As the document draws it: one-dimensional convolutions over the log-mel frames and the maximum
// over time; an embedding of the words of the metadata and an LSTM over them; both joined by one
// layer, and four sigmoid outputs, each a quarter of the loss.
#pragma once

#include "learning/models/encoders.h"
#include "learning/models/score_heads.h"

namespace dju::learning {

struct CreativeShape {
  std::int64_t framesAStep = 1;
  std::int64_t firstChannels = 128, secondChannels = 256, audioWidth = 128;
  std::int64_t vocabulary = 10000, wordWidth = 64, wordsWidth = 64;
  std::int64_t fusion = 256;
  double dropout = 0.4;  // of the joined layer

  static CreativeShape document() { return {}; }
  static CreativeShape shipped() { return {8, 32, 48, 32, 512, 16, 16, 48, 0.1}; }
};

class CreativeModel : public ScoreModel {
 public:
  CreativeModel(const DatasetInfo& info, const CreativeShape& shape);

  torch::Tensor forward(const Inputs& inputs) override;
  // The words of an item's "metadata", a list of texts such as "genre house", each by its hash; the
  // first 32 of them.
  std::size_t wordsAnItem() const override { return kWords; }
  void copyWords(const Split& split, std::size_t item, std::span<std::int64_t> out) const override;
  const CreativeShape& shape() const { return shape_; }

 private:
  static constexpr std::size_t kWords = 32;
  CreativeShape shape_;
  DatasetInfo::Range mel_;
  torch::nn::Conv1d first_{nullptr}, second_{nullptr};
  torch::nn::BatchNorm1d firstNorm_{nullptr}, secondNorm_{nullptr};
  torch::nn::Linear audio_{nullptr}, words_{nullptr}, fusion_{nullptr}, heads_{nullptr};
  torch::nn::Embedding embedding_{nullptr};
  torch::nn::LSTM wordLstm_{nullptr};
  torch::nn::Dropout dropout_;
};

}  // namespace dju::learning
