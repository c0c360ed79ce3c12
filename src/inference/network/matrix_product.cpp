#include "inference/network/matrix_product.h"

#include <algorithm>
#include <cstring>

namespace dju::inference {
namespace {

struct Bits128 {
  using V = float __attribute__((vector_size(16)));
};
struct Bits256 {
  using V = float __attribute__((vector_size(32)));
};
struct Bits512 {
  using V = float __attribute__((vector_size(64)));
};

#define DJU_INLINE inline __attribute__((always_inline))

// Rows x (Registers * lanes) results, held in registers, from column `column` on.
template <typename Width, int Rows, int Registers>
DJU_INLINE void tile(const MatrixProduct& p, std::size_t row, std::size_t column) {
  using V = typename Width::V;
  constexpr std::size_t kTile = sizeof(V) / sizeof(float) * Registers;
  const std::size_t count = std::min(kTile, p.columns - column);
  V sums[Rows][Registers];
  float edge[kTile];
  for (int m = 0; m < Rows; ++m) {
    std::memset(edge, 0, sizeof edge);
    if (p.start != nullptr) {
      const float* start = p.start + (row + static_cast<std::size_t>(m)) * p.startRowStride;
      for (std::size_t n = 0; n < count; ++n) edge[n] = start[(column + n) * p.startColumnStride];
    }
    std::memcpy(sums[m], edge, sizeof edge);
  }
  const float* a = p.a + row * p.aStride;
  const float* b = p.b + column;
  for (std::size_t k = 0; k < p.depth; ++k) {
    V values[Registers];
    std::memcpy(values, b + p.offsets[k], sizeof values);
    for (int m = 0; m < Rows; ++m) {
      const float weight = a[static_cast<std::size_t>(m) * p.aStride + k];
      for (int r = 0; r < Registers; ++r) sums[m][r] += weight * values[r];
    }
  }
  for (int m = 0; m < Rows; ++m) {
    std::memcpy(edge, sums[m], sizeof edge);
    std::copy_n(edge, count, p.out + (row + static_cast<std::size_t>(m)) * p.outStride + column);
  }
}

template <typename Width, int Rows, int Registers>
DJU_INLINE void rowsOf(const MatrixProduct& p, std::size_t row) {
  constexpr std::size_t kTile = sizeof(typename Width::V) / sizeof(float) * Registers;
  for (std::size_t column = 0; column < p.columns; column += kTile)
    tile<Width, Rows, Registers>(p, row, column);
}

// Rows x Registers sums fit into the registers of the width.
template <typename Width, int Rows, int Registers>
DJU_INLINE void product(const MatrixProduct& p) {
  std::size_t row = 0;
  for (; row + Rows <= p.rows; row += Rows) rowsOf<Width, Rows, Registers>(p, row);
  for (; row < p.rows; ++row) rowsOf<Width, 1, Registers>(p, row);
}

void product128(const MatrixProduct& p) {
  product<Bits128, 2, 4>(p);
}
#if defined(__x86_64__)
__attribute__((target("avx2"))) void product256(const MatrixProduct& p) {
  product<Bits256, 4, 2>(p);
}
__attribute__((target("avx512f"))) void product512(const MatrixProduct& p) {
  product<Bits512, 8, 1>(p);
}
#endif

using Product = void (*)(const MatrixProduct&);

Product widest() {
  for (const VectorBits bits : {VectorBits::k512, VectorBits::k256}) {
#if defined(__x86_64__)
    if (cpuHas(bits)) return bits == VectorBits::k512 ? product512 : product256;
#endif
  }
  return product128;
}

}  // namespace

bool cpuHas(VectorBits bits) {
#if defined(__x86_64__)
  if (bits == VectorBits::k512) return __builtin_cpu_supports("avx512f") != 0;
  if (bits == VectorBits::k256) return __builtin_cpu_supports("avx2") != 0;
#endif
  return bits == VectorBits::k128;
}

void multiply(const MatrixProduct& product) noexcept {
  static const Product kWidest = widest();
  kWidest(product);
}

void multiplyWith(VectorBits bits, const MatrixProduct& product) noexcept {
#if defined(__x86_64__)
  if (bits == VectorBits::k256) return product256(product);
  if (bits == VectorBits::k512) return product512(product);
#endif
  product128(product);
}

}  // namespace dju::inference
