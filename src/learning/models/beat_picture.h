// Ten seconds of onsets as a picture of their beats: a row for each beat, phases from left to
// right, like the lanes that DJ software draws. A record whose beats are steady is upright lines;
// a second one stands beside them at its distance, and leans where its tempo differs. So what is
// hard to hear in a spectrum, that two grids are 20 ms apart or walk away from each other, is a
// local pattern that a small convolutional network finds at every tempo alike.
//
//   score[m]  = correlation of the summed onset curve with itself at the m-th beat length, and half
//               as much at its half, over beats of 80 to 160 BPM, 0.6 % apart; the best is the beat
//   profile   = sum of the rows over a beat, smoothed; where it is largest stands an eighth of the
//               picture's width from its left, so that the network need not look for it
//   picture   = root of [bands, kRows, kWidth], 128 phases to the beat, one beat and a quarter wide
//
// All of it is fixed, and does not depend on level. Four convolutions and a layer learn from it.
// While training, each item's picture is moved a little, turned upside down, its bands are made
// stronger or silent and beats are left out, others each time: a few thousand pairs of records look
// like many more, and what is learned holds for records that were not among them. Windows are
// looked at as a whole. One instance, one thread.
#pragma once

#include <torch/torch.h>

#include <array>

#include "learning/data/dataset.h"
#include "learning/models/onset_correlation.h"

namespace dju::learning {

struct BeatPictureShape {
  std::array<std::int64_t, 4> channels = {24, 32, 48, 64};
  std::int64_t width = 96;
  double dropout = 0.3;
  bool varied = true;  // pictures while training
};

class BeatPictureEncoderImpl : public torch::nn::Module {
 public:
  static constexpr std::int64_t kRows = 24, kPhases = 128, kWidth = 160;
  static constexpr std::int64_t kLeft = kWidth / 8;  // of the strongest phase
  static constexpr double kPastRows = static_cast<double>(kWidth) / kPhases;

  struct Picture {
    torch::Tensor onsets;  // [items, bands, kRows, kWidth]
    torch::Tensor tempo;   // [items, 1]: from -1 (160 BPM) to 1 (80 BPM), by the logarithm
  };

  // Throws Error as onsetsAFrameIn() does (encoders.h).
  BeatPictureEncoderImpl(const DatasetInfo& info, const BeatPictureShape& shape);
  // features: [items, frames, columns] as the data set has them. Gives [items, width()].
  torch::Tensor forward(const torch::Tensor& features);
  // moved: [items, 1], phases to the left; or undefined.
  Picture pictureOf(const torch::Tensor& features, const torch::Tensor& moved = {}) const;
  std::int64_t width() const { return shape_.width; }

  // What is fixed, for the exporter (export/graph_parts.h).
  const CorrelationShape& correlation() const { return correlation_; }
  torch::Tensor comb() const { return comb_; }          // [lags, beats]
  torch::Tensor beats() const { return beats_; }        // [beats, 2]: length in samples; tempo
  torch::Tensor smoother() const { return smoother_; }  // [kPhases, kPhases]
  // How much each band counts in the profile: [bands, 1].
  torch::Tensor strengths() const { return strengths_; }
  // Of scores that are closer to the best than 1 / kSharpness, the mean is taken.
  static constexpr double kSharpness = 1e6;

 private:
  torch::Tensor varied(torch::Tensor picture) const;

  BeatPictureShape shape_;
  DatasetInfo::Range onsets_;
  std::int64_t samples_ = 0;  // of the onset curve, in a window
  CorrelationShape correlation_;
  torch::Tensor comb_, beats_, smoother_, strengths_;
  torch::nn::BatchNorm2d norm_{nullptr};
  torch::nn::ModuleList convolutions_, norms_;
  torch::nn::Linear out_{nullptr};
  torch::nn::Dropout dropout_;
};
TORCH_MODULE(BeatPictureEncoder);

}  // namespace dju::learning
