// The ears that the models share: what a window sounds like, how its onsets repeat, and attention
// that sums up the steps. All look back only, so that weights trained on windows judge live.
//
// Included by training alone. One instance, one thread.
#pragma once

#include <torch/torch.h>

#include <array>

#include "learning/data/dataset.h"
#include "learning/models/onset_correlation.h"

namespace dju::learning {

// Samples of the onset curve that a row of a data set has. Throws Error when the columns "onset…"
// do not make whole samples of kOnsetBands bands.
std::int64_t onsetsAFrameIn(const DatasetInfo& info);

// Log-mel frames to steps of four times `framesAStep` frames: three convolutions over time and
// frequency, pooling by two in both after the first and the second, then the mean over frequency,
// or a layer that tells lows from highs.
struct SpectrumShape {
  std::int64_t framesAStep = 1;  // averaged before the first convolution
  std::array<std::int64_t, 3> channels = {64, 128, 256};
  std::int64_t dense = 0;  // of that layer; 0: the mean

  std::int64_t framesPerStep() const { return 4 * framesAStep; }
};

class SpectrumEncoderImpl : public torch::nn::Module {
 public:
  // Throws Error when the data set has no columns "mel…" or its windows do not divide into steps.
  SpectrumEncoderImpl(const DatasetInfo& info, const SpectrumShape& shape);
  // scaled: [items, frames, columns]. Gives [items, steps, width()].
  torch::Tensor forward(const torch::Tensor& scaled);
  std::int64_t width() const { return shape_.dense > 0 ? shape_.dense : shape_.channels[2]; }
  const SpectrumShape& shape() const { return shape_; }

 private:
  SpectrumShape shape_;
  DatasetInfo::Range mel_;
  torch::nn::ModuleList convolutions_, norms_;
  torch::nn::Linear dense_{nullptr};
};
TORCH_MODULE(SpectrumEncoder);

// Onset curves to what their correlations say, step by step (onset_correlation.h).
struct LagShape {
  std::int64_t channels = 32, width = 48;
  std::int64_t past = 192;  // longest lag, in samples of the onset curve
  double memory = 400;      // samples after which a correlation counts 1/e
};

class LagEncoderImpl : public torch::nn::Module {
 public:
  // Throws Error as onsetsAFrameIn() does.
  LagEncoderImpl(const DatasetInfo& info, const LagShape& shape, std::int64_t framesPerStep);
  // features: [items, frames, columns] as the data set has them. Gives [items, steps, width()].
  torch::Tensor forward(const torch::Tensor& features);
  std::int64_t width() const { return shape_.width; }
  const CorrelationShape& correlation() const { return correlation_; }

 private:
  LagShape shape_;
  CorrelationShape correlation_;
  DatasetInfo::Range onsets_;
  std::int64_t onsetsAFrame_ = 0;
  torch::nn::BatchNorm1d norm_{nullptr};  // most correlations lie near 0: unseen without it
  torch::nn::ModuleList convolutions_, norms_;
  torch::nn::Linear out_{nullptr};
};
TORCH_MODULE(LagEncoder);

// The last step asks all steps so far (Vaswani et al. 2017, scaled dot products, several heads).
// x: [items, steps, in]. Gives [items, width()]: what was answered, and the last step itself.
class LastStepAttentionImpl : public torch::nn::Module {
 public:
  LastStepAttentionImpl(std::int64_t in, std::int64_t heads, std::int64_t headWidth);
  torch::Tensor forward(const torch::Tensor& x);
  std::int64_t width() const { return in_ + heads_ * headWidth_; }
  std::int64_t heads() const { return heads_; }
  std::int64_t headWidth() const { return headWidth_; }

 private:
  std::int64_t in_, heads_, headWidth_;
  torch::nn::Linear query_{nullptr}, key_{nullptr}, value_{nullptr};
};
TORCH_MODULE(LastStepAttention);

}  // namespace dju::learning
