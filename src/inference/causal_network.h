// Runs a causal convolution network a frame at a time, as it hears music live.
//
// The arithmetic is that of learning/beats/beat_net.h, laid out for one frame: each layer adds up
// rows of its weights, 32 outputs at once in vector registers, and keeps the past that it needs in
// a ring. Callers: trackers in music/, one instance a stream, one thread. The constructor
// allocates; step() and reset() do not, nor do they call the system or libm.
#pragma once

#include <span>
#include <vector>

#include "inference/causal_shape.h"

namespace dju::inference {

class CausalNetwork {
 public:
  // weights: shape.weightCount() floats that outlive the network. First layer, then each block's
  // wide and narrow layer, then the head; of each the weights, input by output (inputs of the
  // oldest frame first), then the biases. Throws Error(kInvalid) when the number is another or
  // channels is not a multiple of 32.
  CausalNetwork(const CausalShape& shape, std::span<const float> weights);

  // levels: shape.bands values in dB. logits: shape.outputs values.
  void step(std::span<const float> levels, std::span<float> logits) noexcept;
  // Forgets all that was heard.
  void reset() noexcept;
  const CausalShape& shape() const { return shape_; }

 private:
  struct Layer {
    const float* weights = nullptr;  // input by output
    const float* bias = nullptr;
    int inputs = 0, outputs = 0;
  };
  // The last `length` rows of what a layer reads.
  struct Past {
    std::vector<float> rows;
    int width = 0, length = 0, newest = 0;
    void push(const float* row) noexcept;
    const float* at(int framesAgo) const noexcept;
  };

  Layer takeLayer(std::span<const float>& weights, int inputs, int outputs) const;
  static void addRows(const Layer& layer, int firstInput, const float* inputs, int count,
                      float* sums) noexcept;

  CausalShape shape_;
  Layer first_, head_;
  std::vector<Layer> wide_, narrow_;
  Past levels_;
  std::vector<Past> pasts_;
  std::vector<float> x_, y_, z_;
};

}  // namespace dju::inference
