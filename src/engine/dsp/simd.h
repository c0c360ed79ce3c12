// Four floats at once, by the vector extensions that GCC and Clang share, so that the same source
// becomes SSE, NEON or WebAssembly code. Lanes are added in a fixed order everywhere: results do
// not depend on the width of the machine's registers. Render thread; no state.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace dju::engine {

using Float4 = float __attribute__((vector_size(16)));
using Int4 = std::int32_t __attribute__((vector_size(16)));

inline Float4 load4(const float* from) noexcept {
  Float4 v;
  std::memcpy(&v, from, sizeof v);
  return v;
}
inline void store4(float* to, Float4 v) noexcept {
  std::memcpy(to, &v, sizeof v);
}
inline Float4 splat4(float x) noexcept {
  return Float4{x, x, x, x};
}
inline float sum4(Float4 v) noexcept {
  return (v[0] + v[2]) + (v[1] + v[3]);
}
inline Float4 abs4(Float4 v) noexcept {
  return reinterpret_cast<Float4>(reinterpret_cast<Int4>(v) &
                                  Int4{0x7fffffff, 0x7fffffff, 0x7fffffff, 0x7fffffff});
}
inline Float4 max4(Float4 a, Float4 b) noexcept {
  return a > b ? a : b;
}

// The largest magnitude of n floats; 0 of none.
inline float largest(const float* x, int n) noexcept {
  Float4 peaks{};
  int i = 0;
  for (; i + 4 <= n; i += 4) peaks = max4(peaks, abs4(load4(x + i)));
  float peak = std::max(std::max(peaks[0], peaks[1]), std::max(peaks[2], peaks[3]));
  for (; i < n; ++i) peak = std::max(peak, x[i] < 0 ? -x[i] : x[i]);
  return peak;
}

}  // namespace dju::engine
