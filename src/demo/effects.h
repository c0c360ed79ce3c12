// Effects with state: echo, room, bus compression. Each takes stereo blocks of any length in place
// and gives the same samples however the sound is cut into blocks. The constructor allocates,
// process does not. One instance, one thread.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "demo/filters.h"

namespace dju::demo {

// Echoes that alternate between left and right and lose lows and highs each time.
class PingPongDelay {
 public:
  PingPongDelay(std::size_t frames, double feedback);
  // Replaces the input by the echoes alone.
  void process(std::span<float> left, std::span<float> right);

 private:
  std::vector<float> left_, right_;
  std::size_t position_ = 0;
  float feedback_;
  OnePole lowLeft_{5200}, lowRight_{5200}, highLeft_{280}, highRight_{280};
};

// Feedback delay network of eight lines mixed by a Householder matrix (Jot and Chaigne 1991).
class Reverb {
 public:
  explicit Reverb(double decaySeconds, double brightnessHz = 6500);
  // Replaces the input by the reverberation alone.
  void process(std::span<float> left, std::span<float> right);

 private:
  static constexpr std::size_t kLines = 8;
  std::array<std::vector<float>, kLines> lines_;
  std::array<std::size_t, kLines> positions_{};
  std::array<float, kLines> gains_{};
  std::array<OnePole, kLines> damping_;
  OnePole lowLeft_{180}, lowRight_{180};
};

// Feed-forward compressor with a soft knee on the louder channel; both channels move together.
class Compressor {
 public:
  Compressor(double thresholdDb, double ratio, double attackMs, double releaseMs);
  void process(std::span<float> left, std::span<float> right);

 private:
  double thresholdLog2_, slope_;
  float attack_, release_, level_ = 0;
  float gain_ = 1;
  std::size_t phase_ = 0;
};

}  // namespace dju::demo
