// The few transcendental functions that the engine needs, written with nothing but + - * / so that
// every machine and compiler gives the same bits (glibc's differ with and without FMA). They run
// when a command acts or a table is built, never per sample. Any thread; constexpr.
//
// Errors against long double libm over the stated ranges (dsp/math_test.cpp):
//   sine, cosine  |x| <= 100        below 1e-13 absolute
//   exp2          |x| <= 1000       below 1e-14 relative
//   log2          normal numbers    below 1e-13 absolute
#pragma once

#include <cstdint>

namespace dju::engine {

inline constexpr double kPi = 3.14159265358979323846;
inline constexpr double kLn2 = 0.69314718055994530942;

// The largest integer not above x. |x| < 2^62. std::floor is a libm call without SSE4.1.
constexpr std::int64_t floorToInt(double x) noexcept {
  const auto i = static_cast<std::int64_t>(x);
  return i - (x < static_cast<double>(i) ? 1 : 0);
}

// Taylor's series on [-pi/2, pi/2] after reduction by whole half-turns.
constexpr double sine(double x) noexcept {
  const std::int64_t halfTurns = floorToInt(x / kPi + 0.5);
  // pi in two parts, so that reduction loses nothing for small multiples.
  const double r = (x - static_cast<double>(halfTurns) * 3.1415926535897931) -
                   static_cast<double>(halfTurns) * 1.2246467991473532e-16;
  const double r2 = r * r;
  double sum = 0;
  for (int n = 21; n >= 3; n -= 2) sum = (1.0 + sum) * (-r2 / ((n - 1) * n));
  const double value = r * (1.0 + sum);
  return (halfTurns & 1) != 0 ? -value : value;
}

constexpr double cosine(double x) noexcept {
  return sine(x + kPi / 2);
}
constexpr double tangent(double x) noexcept {
  return sine(x) / cosine(x);
}

constexpr double exp2(double x) noexcept {
  if (x < -1000) return 0;
  if (x > 1000) x = 1000;
  const std::int64_t whole = floorToInt(x + 0.5);
  const double y = (x - static_cast<double>(whole)) * kLn2;  // |y| <= 0.347
  double sum = 1;
  for (int n = 14; n >= 1; --n) sum = 1.0 + sum * y / n;
  return sum * __builtin_bit_cast(double, static_cast<std::uint64_t>(whole + 1023) << 52);
}

// x > 0 and normal; otherwise 0.
constexpr double log2(double x) noexcept {
  constexpr double kSmallest = 2.2250738585072014e-308;
  constexpr double kLargest = 1.7976931348623157e308;
  if (!(x >= kSmallest && x <= kLargest)) return 0;
  const auto bits = __builtin_bit_cast(std::uint64_t, x);
  int exponent = static_cast<int>(bits >> 52) - 1023;
  double m = __builtin_bit_cast(double, (bits & 0xfffffffffffffULL) | (1023ULL << 52));
  if (m > 1.4142135623730951) {
    m *= 0.5;
    ++exponent;
  }
  // ln m = 2 artanh((m - 1) / (m + 1)), |t| <= 0.1716
  const double t = (m - 1) / (m + 1);
  double sum = 0;
  for (int n = 21; n >= 1; n -= 2) sum = sum * t * t + 1.0 / n;
  return exponent + 2 * t * sum / kLn2;
}

constexpr double dbToGain(double db) noexcept {
  return exp2(db * 0.16609640474436813);
}

}  // namespace dju::engine
