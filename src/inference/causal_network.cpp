#include "inference/causal_network.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "core/error.h"

namespace dju::inference {
namespace {

// Four floats: a vector register of every CPU that we run on.
using Lanes = float __attribute__((vector_size(16)));
constexpr int kLanes = 4;
constexpr int kRegisters = 8;               // half of what x86-64 has; the rest hold weights
constexpr int kTile = kRegisters * kLanes;  // outputs that a pass over the inputs adds up

Lanes load(const float* from) {
  Lanes lanes;
  std::memcpy(&lanes, from, sizeof lanes);
  return lanes;
}

void store(float* to, const Lanes& lanes) {
  std::memcpy(to, &lanes, sizeof lanes);
}

void rectify(std::vector<float>& values) {
  for (float& value : values) value = std::max(value, 0.0F);
}

}  // namespace

void CausalNetwork::Past::push(const float* row) noexcept {
  newest = newest + 1 == length ? 0 : newest + 1;
  std::copy_n(row, width, rows.data() + newest * width);
}

const float* CausalNetwork::Past::at(int framesAgo) const noexcept {
  const int place = newest - framesAgo;
  return rows.data() + (place < 0 ? place + length : place) * width;
}

CausalNetwork::Layer CausalNetwork::takeLayer(std::span<const float>& weights, int inputs,
                                              int outputs) const {
  const auto count = static_cast<std::size_t>(inputs) * static_cast<std::size_t>(outputs);
  const Layer layer{weights.data(), weights.data() + count, inputs, outputs};
  weights = weights.subspan(count + static_cast<std::size_t>(outputs));
  return layer;
}

CausalNetwork::CausalNetwork(const CausalShape& shape, std::span<const float> weights)
    : shape_(shape) {
  if (shape.channels <= 0 || shape.channels % kTile != 0) {
    throw Error(ErrorCode::kInvalid, "network: channels is " + std::to_string(shape.channels) +
                                         ", must be a multiple of 32");
  }
  if (weights.size() != shape.weightCount()) {
    throw Error(ErrorCode::kInvalid, "network: " + std::to_string(weights.size()) +
                                         " weights given, its shape needs " +
                                         std::to_string(shape.weightCount()));
  }
  const auto past = [](int width, int length) {
    return Past{
        std::vector<float>(static_cast<std::size_t>(width) * static_cast<std::size_t>(length)),
        width, length, 0};
  };
  first_ = takeLayer(weights, shape.firstTaps * shape.bands, shape.channels);
  levels_ = past(shape.bands, shape.firstTaps);
  for (int i = 0; i < shape.blocks; ++i) {
    wide_.push_back(takeLayer(weights, shape.taps * shape.channels, shape.channels));
    narrow_.push_back(takeLayer(weights, shape.channels, shape.channels));
    pasts_.push_back(past(shape.channels, (shape.taps - 1) * (1 << i) + 1));
  }
  head_ = takeLayer(weights, shape.channels, shape.outputs);
  const auto width = static_cast<std::size_t>(std::max(shape.channels, shape.bands));
  x_.resize(static_cast<std::size_t>(shape.channels));
  y_.resize(x_.size());
  z_.resize(width);
}

void CausalNetwork::addRows(const Layer& layer, int firstInput, const float* inputs, int count,
                            float* sums) noexcept {
  for (int tile = 0; tile < layer.outputs; tile += kTile) {
    const float* row = layer.weights + firstInput * layer.outputs + tile;
    Lanes parts[kRegisters];
    for (int r = 0; r < kRegisters; ++r) parts[r] = load(sums + tile + r * kLanes);
    for (int i = 0; i < count; ++i, row += layer.outputs) {
      const float input = inputs[i];
      for (int r = 0; r < kRegisters; ++r) parts[r] += input * load(row + r * kLanes);
    }
    for (int r = 0; r < kRegisters; ++r) store(sums + tile + r * kLanes, parts[r]);
  }
}

void CausalNetwork::step(std::span<const float> levels, std::span<float> logits) noexcept {
  const float scale = 1 / shape_.levelSpread;
  for (int i = 0; i < shape_.bands; ++i) {
    z_[static_cast<std::size_t>(i)] =
        (levels[static_cast<std::size_t>(i)] - shape_.levelMean) * scale;
  }
  levels_.push(z_.data());
  std::copy_n(first_.bias, shape_.channels, x_.data());
  for (int tap = 0; tap < shape_.firstTaps; ++tap) {
    addRows(first_, tap * shape_.bands, levels_.at(shape_.firstTaps - 1 - tap), shape_.bands,
            x_.data());
  }
  rectify(x_);
  for (std::size_t block = 0; block < wide_.size(); ++block) {
    Past& past = pasts_[block];
    past.push(x_.data());
    std::copy_n(wide_[block].bias, shape_.channels, y_.data());
    for (int tap = 0; tap < shape_.taps; ++tap) {
      addRows(wide_[block], tap * shape_.channels, past.at((shape_.taps - 1 - tap) << block),
              shape_.channels, y_.data());
    }
    rectify(y_);
    for (int i = 0; i < shape_.channels; ++i) {
      x_[static_cast<std::size_t>(i)] += narrow_[block].bias[i];
    }
    addRows(narrow_[block], 0, y_.data(), shape_.channels, x_.data());
  }
  rectify(x_);
  for (int out = 0; out < shape_.outputs; ++out) {
    float sum = head_.bias[out];
    for (int i = 0; i < shape_.channels; ++i) {
      sum += x_[static_cast<std::size_t>(i)] * head_.weights[i * shape_.outputs + out];
    }
    logits[static_cast<std::size_t>(out)] = sum;
  }
}

void CausalNetwork::reset() noexcept {
  std::fill(levels_.rows.begin(), levels_.rows.end(), 0.0F);
  for (Past& past : pasts_) std::fill(past.rows.begin(), past.rows.end(), 0.0F);
}

}  // namespace dju::inference
