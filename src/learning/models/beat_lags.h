// How onsets repeat, counted in beats. Rhythms put the peaks of an onset correlation at quarters of
// their beat, so at other lags for each tempo; a second record puts its own beside them, at its
// distance. A small network that sees lags in milliseconds has to learn every tempo's rhythms one
// by one. Here the window itself says how long its beat is, softly, and lags are counted in 64ths
// of it: what is rhythm then lies where it always lies, and what lies between is another record.
// Short lags are seen in milliseconds, too, and how long the beat is.
//
//   score[m] = same-band correlations of the whole window at the m-th beat length, and half as much
//              at its half; weight = softmax(60 score) over beats of 80 to 160 BPM, 2.5 % apart
//   lags     = correlation x sum over m of weight[m] x (triangles of a 64th of the m-th beat)
//
// and the root of it, since the second record's peaks are small. All of it is fixed; two layers
// learn from it for each step, and two for the whole window. One instance, one thread.
#pragma once

#include <torch/torch.h>

#include "learning/data/dataset.h"
#include "learning/models/onset_correlation.h"

namespace dju::learning {

struct BeatLagShape {
  std::int64_t hidden = 96, width = 48;
  double memory = 400;  // samples of the onset curve after which a correlation counts 1/e
  double dropout = 0.2;
};

// Two layers behind a normalisation.
class LagLayersImpl : public torch::nn::Module {
 public:
  LagLayersImpl(std::int64_t in, const BeatLagShape& shape);
  // lags: [rows, in]; tempo: [rows, 1]. Gives [rows, width].
  torch::Tensor forward(const torch::Tensor& lags, const torch::Tensor& tempo);

 private:
  torch::nn::BatchNorm1d norm_;
  torch::nn::Linear hidden_, out_;
  torch::nn::Dropout dropout_;
};
TORCH_MODULE(LagLayers);

class BeatLagEncoderImpl : public torch::nn::Module {
 public:
  struct Heard {
    torch::Tensor steps;  // [items, steps, width()]
    torch::Tensor whole;  // [items, width()]: of all steps' correlations together
  };

  // What is fixed of it: lags in 64ths of the beat, then short ones, pair by pair, and the beat's
  // length from -1 (160 BPM) to 1 (80 BPM), by the logarithm.
  struct Lags {
    torch::Tensor steps;  // [items, steps, pairs * (kBins + kFineLags)]
    torch::Tensor whole;  // [items, pairs * (kBins + kFineLags)]
    torch::Tensor tempo;  // [items, 1]
  };

  // Throws Error when the data set has no columns "onset…", so many a frame that they make whole
  // samples of three bands.
  BeatLagEncoderImpl(const DatasetInfo& info, const BeatLagShape& shape,
                     std::int64_t framesPerStep);
  // features: [items, frames, columns] as the data set has them.
  Heard forward(const torch::Tensor& features);
  Lags lagsOf(const torch::Tensor& features) const;
  std::int64_t width() const { return shape_.width; }
  const CorrelationShape& correlation() const { return correlation_; }

  // What is fixed: [lags, beats], [beats, lags * bins], [lags, fine lags], [beats, 1].
  torch::Tensor comb() const { return comb_; }
  torch::Tensor bank() const { return bank_; }
  torch::Tensor fine() const { return fine_; }
  torch::Tensor tempos() const { return tempos_; }
  static constexpr double kSharpness = 60;
  static constexpr std::int64_t kBins = 65, kFineLags = 26;  // 0 to 1 beat; 0 to 62.5 ms

 private:
  BeatLagShape shape_;
  CorrelationShape correlation_;
  DatasetInfo::Range onsets_;
  std::int64_t onsetsAFrame_ = 0;
  torch::Tensor comb_, bank_, fine_, tempos_;
  LagLayers steps_{nullptr}, whole_{nullptr};
};
TORCH_MODULE(BeatLagEncoder);

}  // namespace dju::learning
