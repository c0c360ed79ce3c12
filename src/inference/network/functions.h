// The functions that networks bend sums by, written out, since libm's differ between machines. NaN
// in, NaN out. Any thread.
#pragma once

#include <bit>
#include <cstdint>

namespace dju::inference {

// e^x within 2e-7 of it, relatively: 2^n times a polynomial over half a step of n (Cephes, expf).
inline float expOf(float x) {
  constexpr float kRound = 12582912.0F;  // 1.5 * 2^23: what is added to it is rounded to an integer
  x = x < -87.0F ? -87.0F : x;
  x = x > 88.0F ? 88.0F : x;
  const float shifted = x * 1.44269504F + kRound;
  const float n = shifted - kRound;
  const float r = (x - n * 0.693359375F) - n * -2.12194440e-4F;
  float p = 1.9875691500e-4F;
  p = p * r + 1.3981999507e-3F;
  p = p * r + 8.3334519073e-3F;
  p = p * r + 4.1665795894e-2F;
  p = p * r + 1.6666665459e-1F;
  p = p * r + 5.0000001201e-1F;
  p = p * r * r + r + 1.0F;
  const auto exponent = std::bit_cast<std::uint32_t>(shifted) + 127U;  // low bits hold n
  return p * std::bit_cast<float>(exponent << 23);
}

inline float sigmoidOf(float x) {
  return 1.0F / (1.0F + expOf(-x));
}
inline float tanhOf(float x) {
  return 2.0F / (1.0F + expOf(-2.0F * x)) - 1.0F;
}

}  // namespace dju::inference
