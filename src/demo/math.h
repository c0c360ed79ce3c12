// The transcendental functions of the synthesiser, built from additions, multiplications and
// divisions only. libm's give other bits with and without FMA, and the same seed must give the same
// samples on every CPU. Accurate to about 1e-6, which nobody hears. Any thread.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

namespace dju::demo {

// sin(2π·turns): folded to a quarter turn, then the Taylor series to the 11th power.
inline double sinTurns(double turns) {
  double x = turns - std::floor(turns + 0.5);
  if (x > 0.25) x = 0.5 - x;
  if (x < -0.25) x = -0.5 - x;
  const double y = x * 6.283185307179586;
  const double s = y * y;
  return y *
         (1 - s * (1.0 / 6) *
                  (1 - s * (1.0 / 20) *
                           (1 - s * (1.0 / 42) * (1 - s * (1.0 / 72) * (1 - s * (1.0 / 110))))));
}

inline double cosTurns(double turns) {
  return sinTurns(turns + 0.25);
}

// 2^x: the integer part into the exponent, the rest by the Taylor series of e^(x·ln 2).
inline double exp2Of(double x) {
  x = std::clamp(x, -1000.0, 1000.0);
  const double whole = std::floor(x);
  const double y = (x - whole) * 0.6931471805599453;
  const double series =
      1 + y * (1 + y / 2 * (1 + y / 3 * (1 + y / 4 * (1 + y / 5 * (1 + y / 6 * (1 + y / 7))))));
  const auto exponent = static_cast<std::uint64_t>(static_cast<std::int64_t>(whole) + 1023) << 52;
  return series * std::bit_cast<double>(exponent);
}

inline double expOf(double x) {
  return exp2Of(x * 1.4426950408889634);
}

// log2(x) of a positive normal number: exponent plus 2·atanh series of the mantissa.
inline double log2Of(double x) {
  const auto bits = std::bit_cast<std::uint64_t>(x);
  double exponent = static_cast<double>(static_cast<std::int64_t>(bits >> 52) - 1023);
  double m = std::bit_cast<double>((bits & 0xfffffffffffffULL) | 0x3ff0000000000000ULL);
  if (m > 1.4142135623730951) {
    m *= 0.5;
    exponent += 1;
  }
  const double z = (m - 1) / (m + 1);
  const double s = z * z;
  const double series = z * (1 + s * (1.0 / 3 + s * (1.0 / 5 + s * (1.0 / 7 + s * (1.0 / 9)))));
  return exponent + 2.8853900817779268 * series;
}

inline double gainOfDb(double db) {
  return exp2Of(db * 0.16609640474436813);
}
inline double hzOfNote(double midi) {
  return 440.0 * exp2Of((midi - 69) / 12);
}

// Saturation with the shape of tanh (its Padé approximant), ±1 from ±3 on.
inline float saturate(float x) {
  const float c = std::clamp(x, -3.0F, 3.0F);
  return c * (27 + c * c) / (27 + 9 * c * c);
}

// The factor that a one-pole decay multiplies by each frame to fall by 60 dB in `seconds`.
inline float decayOf60Db(double seconds) {
  return static_cast<float>(expOf(-6.907755278982137 / (std::max(seconds, 1e-4) * 48000.0)));
}

}  // namespace dju::demo
