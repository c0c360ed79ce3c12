// How large a causal convolution network is and what its numbers mean. Shared by training, which
// builds it in LibTorch, and by the runtime; a model's manifest carries it. Plain values; any
// thread.
#pragma once

#include <cstddef>

namespace dju::inference {

// first: bands -> channels over `firstTaps` frames, ReLU. Then block i = 0 … blocks - 1:
//   x += narrow(ReLU(wide(x now, x 2^i frames ago, x 2 * 2^i frames ago …)))
// with `taps` frames of x. Last, head: ReLU(x) -> outputs.
struct CausalShape {
  int bands = 84;
  int firstTaps = 5;
  int channels = 32;
  int blocks = 9;
  int taps = 3;
  int outputs = 2;
  float levelMean = -40;   // dB that the network sees as 0
  float levelSpread = 20;  // dB that it sees as 1

  bool operator==(const CausalShape&) const = default;

  // Number of weights and biases in all.
  constexpr std::size_t weightCount() const {
    const auto layer = [](int in, int out) {
      return static_cast<std::size_t>(in) * static_cast<std::size_t>(out) +
             static_cast<std::size_t>(out);
    };
    return layer(firstTaps * bands, channels) +
           static_cast<std::size_t>(blocks) *
               (layer(taps * channels, channels) + layer(channels, channels)) +
           layer(channels, outputs);
  }
};

}  // namespace dju::inference
