// Four floats at once, by the vector extensions that GCC and Clang share, so that the same source
// becomes SSE, NEON or WebAssembly code. Lanes are added in a fixed order everywhere: results do
// not depend on the width of the machine's registers. Render thread; no state.
#pragma once

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

}  // namespace dju::engine
