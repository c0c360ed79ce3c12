#include "demo/effects.h"

namespace dju::demo {

PingPongDelay::PingPongDelay(std::size_t frames, double feedback)
    : left_(std::max<std::size_t>(frames, 1)),
      right_(std::max<std::size_t>(frames, 1)),
      feedback_(static_cast<float>(feedback)) {}

void PingPongDelay::process(std::span<float> left, std::span<float> right) {
  for (std::size_t i = 0; i < left.size(); ++i) {
    const float fromLeft = left_[position_];
    const float fromRight = right_[position_];
    const float in = 0.5F * (left[i] + right[i]);
    left_[position_] = in + feedback_ * highRight_.highPass(lowRight_.lowPass(fromRight));
    right_[position_] = highLeft_.highPass(lowLeft_.lowPass(fromLeft));
    if (++position_ == left_.size()) position_ = 0;
    left[i] = fromLeft;
    right[i] = fromRight;
  }
}

Reverb::Reverb(double decaySeconds, double brightnessHz) {
  // Mutually prime lengths of 23 to 53 ms.
  constexpr std::array<std::size_t, kLines> kLengths = {1117, 1283, 1447, 1621,
                                                        1823, 2017, 2273, 2543};
  for (std::size_t i = 0; i < kLines; ++i) {
    lines_[i].resize(kLengths[i]);
    const double seconds = static_cast<double>(kLengths[i]) / 48000.0;
    gains_[i] = static_cast<float>(expOf(-6.907755278982137 * seconds / decaySeconds));
    damping_[i].set(brightnessHz);
  }
}

void Reverb::process(std::span<float> left, std::span<float> right) {
  for (std::size_t n = 0; n < left.size(); ++n) {
    const float inLeft = lowLeft_.highPass(left[n]);
    const float inRight = lowRight_.highPass(right[n]);
    std::array<float, kLines> out;
    float sum = 0;
    for (std::size_t i = 0; i < kLines; ++i) {
      out[i] = damping_[i].lowPass(lines_[i][positions_[i]]) * gains_[i];
      sum += out[i];
    }
    const float shared = sum * (2.0F / kLines);
    for (std::size_t i = 0; i < kLines; ++i) {
      lines_[i][positions_[i]] = out[i] - shared + (i % 2 == 0 ? inLeft : inRight);
      if (++positions_[i] == lines_[i].size()) positions_[i] = 0;
    }
    left[n] = 0.4F * (out[0] - out[2] + out[4] - out[6]);
    right[n] = 0.4F * (out[1] - out[3] + out[5] - out[7]);
  }
}

Compressor::Compressor(double thresholdDb, double ratio, double attackMs, double releaseMs)
    : thresholdLog2_(thresholdDb * 0.16609640474436813),
      slope_(1 - 1 / ratio),
      attack_(static_cast<float>(1 - expOf(-1 / (attackMs * 48)))),
      release_(static_cast<float>(1 - expOf(-1 / (releaseMs * 48)))) {}

void Compressor::process(std::span<float> left, std::span<float> right) {
  constexpr std::size_t kEvery = 8;  // frames between two looks at the gain curve
  constexpr double kKnee = 1;        // octaves of level, 6 dB
  for (std::size_t i = 0; i < left.size(); ++i) {
    const float peak = std::max(std::abs(left[i]), std::abs(right[i]));
    level_ += (peak - level_) * (peak > level_ ? attack_ : release_);
    if (phase_ == 0) {
      const double over = log2Of(static_cast<double>(level_) + 1e-9) - thresholdLog2_;
      double reduction = 0;
      if (over > kKnee) {
        reduction = over * slope_;
      } else if (over > -kKnee) {
        reduction = slope_ * (over + kKnee) * (over + kKnee) / (4 * kKnee);
      }
      gain_ = static_cast<float>(exp2Of(-reduction));
    }
    phase_ = (phase_ + 1) % kEvery;
    left[i] *= gain_;
    right[i] *= gain_;
  }
}

}  // namespace dju::demo
