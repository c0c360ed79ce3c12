// The discrete Fourier transform of 4,096 points, by Stockham's algorithm with radix 4: the same
// bits on every machine, which no library promises. Real and imaginary parts apart, so that four
// points are worked on at a time. Two real channels go through one transform as its two parts.
//
// Render thread; the constructor allocates. Not scaled: inverse(forward(x)) = 4,096 x.
#pragma once

#include <vector>

namespace dju::engine {

class Fourier {
 public:
  static constexpr int kSize = 4096;

  Fourier();

  // In place.
  void forward(float* re, float* im) noexcept;
  void inverse(float* re, float* im) noexcept { forward(im, re); }  // parts exchanged

 private:
  std::vector<float> cosine_, sine_;  // of 2 pi n / kSize
  std::vector<float> otherRe_, otherIm_;
};

}  // namespace dju::engine
