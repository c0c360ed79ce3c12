// The one product that layers spend their time in: of rows of weights with rows of values that may
// lie anywhere, so that a convolution needs no copy of its windows.
//
// Each result is one sum in the order of k, whatever the vector width, without fused operations:
// the same bits on every machine. Any thread; allocates nothing.
#pragma once

#include <cstddef>
#include <cstdint>

namespace dju::inference {

// out[m][n] = start(m, n) + sum over k of a[m][k] * b[offsets[k] + n].
struct MatrixProduct {
  std::size_t rows = 0, depth = 0, columns = 0;
  const float* a = nullptr;
  std::size_t aStride = 0;
  const float* b = nullptr;  // readable for kReadAhead floats behind the last column of each row
  const std::uint32_t* offsets = nullptr;  // depth of them
  // start(m, n) = start[m * startRowStride + n * startColumnStride]; 0 where start is null. The
  // column stride is 0 or 1.
  const float* start = nullptr;
  std::size_t startRowStride = 0, startColumnStride = 0;
  float* out = nullptr;
  std::size_t outStride = 0;
};

inline constexpr std::size_t kReadAhead = 16;

enum class VectorBits { k128, k256, k512 };
bool cpuHas(VectorBits bits);

// With the widest vectors that this CPU has.
void multiply(const MatrixProduct& product) noexcept;
// With these, which the CPU must have. For tests, which compare them.
void multiplyWith(VectorBits bits, const MatrixProduct& product) noexcept;

}  // namespace dju::inference
