#include "learning/beats/beat_net.h"

#include <string>

namespace dju::learning {
namespace {

// Each frame with the frames `dilation`, 2 * dilation … before it: [n, t, c] to [n, t, taps * c],
// oldest first, zeros before the start.
torch::Tensor withPast(const torch::Tensor& x, int taps, int dilation) {
  std::vector<torch::Tensor> parts;
  for (int tap = taps - 1; tap > 0; --tap) {
    const std::int64_t shift = std::min<std::int64_t>(std::int64_t{tap} * dilation, x.size(1));
    parts.push_back(torch::constant_pad_nd(x.narrow(1, 0, x.size(1) - shift), {0, 0, shift, 0}));
  }
  parts.push_back(x);
  return torch::cat(parts, 2);
}

}  // namespace

torch::nn::Linear BeatNetImpl::linear(const char* name, int index, int in, int out) {
  return register_module(name + std::to_string(index), torch::nn::Linear(in, out));
}

BeatNetImpl::BeatNetImpl(const inference::CausalShape& shape) : shape_(shape) {
  first_ = linear("first", 0, shape.firstTaps * shape.bands, shape.channels);
  for (int i = 0; i < shape.blocks; ++i) {
    wide_.push_back(linear("wide", i, shape.taps * shape.channels, shape.channels));
    narrow_.push_back(linear("narrow", i, shape.channels, shape.channels));
  }
  head_ = linear("head", 0, shape.channels, shape.outputs);
}

torch::Tensor BeatNetImpl::forward(const torch::Tensor& levels) {
  const torch::Tensor scaled = (levels - shape_.levelMean) * (1 / shape_.levelSpread);
  torch::Tensor x = torch::relu(first_(withPast(scaled, shape_.firstTaps, 1)));
  for (int i = 0; i < shape_.blocks; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const torch::Tensor y = torch::relu(wide_[at](withPast(x, shape_.taps, 1 << i)));
    x = x + narrow_[at](y);
  }
  return head_(torch::relu(x));
}

std::vector<torch::nn::Linear> BeatNetImpl::layers() const {
  std::vector<torch::nn::Linear> all = {first_};
  for (std::size_t i = 0; i < wide_.size(); ++i) {
    all.push_back(wide_[i]);
    all.push_back(narrow_[i]);
  }
  all.push_back(head_);
  return all;
}

std::vector<float> BeatNetImpl::weights() const {
  std::vector<float> out;
  const auto append = [&](const torch::Tensor& tensor) {
    const torch::Tensor flat = tensor.detach().contiguous().view({-1});
    out.insert(out.end(), flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel());
  };
  for (const torch::nn::Linear& layer : layers()) {
    append(layer->weight.t());  // input by output, so that a step adds up whole rows
    append(layer->bias);
  }
  return out;
}

void BeatNetImpl::setWeights(const std::vector<float>& weights) {
  const torch::NoGradGuard guard;
  torch::Tensor rest = torch::tensor(weights);
  const auto take = [&](std::int64_t count) {
    const torch::Tensor taken = rest.narrow(0, 0, count);
    rest = rest.narrow(0, count, rest.numel() - count);
    return taken;
  };
  for (torch::nn::Linear& layer : layers()) {
    const auto outputs = layer->weight.size(0);
    const auto inputs = layer->weight.size(1);
    layer->weight.copy_(take(inputs * outputs).view({inputs, outputs}).t());
    layer->bias.copy_(take(outputs));
  }
}

}  // namespace dju::learning
