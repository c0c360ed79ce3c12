// The beat tracker's network as LibTorch trains it; inference/ runs the same arithmetic a frame at
// a time. A stack of causal convolutions over time whose reach doubles with each block (van den
// Oord et al., "WaveNet", 2016; for beats Davies and Böck, "Temporal convolutional networks for
// musical audio beat tracking", 2019), so that no output looks at a frame that a live tracker has
// not heard.
//
// Included by training alone: the header pulls in LibTorch. One instance, one thread.
#pragma once

#include <torch/torch.h>

#include <vector>

#include "inference/causal_shape.h"

namespace dju::learning {

class BeatNetImpl : public torch::nn::Module {
 public:
  explicit BeatNetImpl(const inference::CausalShape& shape);

  // levels: [pieces, frames, bands] in dB. Gives logits [pieces, frames, outputs]; before the first
  // frame every layer has heard zeros.
  torch::Tensor forward(const torch::Tensor& levels);
  // All weights in the order of inference/causal_network.h.
  std::vector<float> weights() const;
  // Takes as many weights in that order.
  void setWeights(const std::vector<float>& weights);

 private:
  std::vector<torch::nn::Linear> layers() const;  // in that order
  torch::nn::Linear linear(const char* name, int index, int in, int out);

  inference::CausalShape shape_;
  torch::nn::Linear first_{nullptr}, head_{nullptr};
  std::vector<torch::nn::Linear> wide_, narrow_;
};
TORCH_MODULE(BeatNet);

}  // namespace dju::learning
