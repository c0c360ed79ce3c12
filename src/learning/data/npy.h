// NumPy's .npy files (NEP 1, format 1.0 to 3.0), as far as our shards use them: float16 and
// float32, little-endian, C order. Read by mapping, so that a data set larger than memory can be
// learned from.
//
// Callers: data/dataset.h, whatever writes shards. An NpyFile may be read by several threads.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "core/error.h"

namespace dju::learning {

enum class NpyType { kFloat16, kFloat32 };

struct NpyHeader {
  NpyType type = NpyType::kFloat32;
  std::vector<std::size_t> shape;
  std::size_t dataOffset = 0;  // bytes from the start of the file

  std::size_t elements() const;
  std::size_t elementBytes() const { return type == NpyType::kFloat16 ? 2 : 4; }
};

// bytes: the beginning of a file, at least its header. Refuses other types, Fortran order, more
// than eight dimensions and more than 2^40 elements.
Result<NpyHeader> parseNpyHeader(std::span<const std::byte> bytes);

class NpyFile {
 public:
  // Throws Error naming the file when it cannot be read, is no .npy of ours, or does not have
  // exactly the bytes that its shape asks for.
  explicit NpyFile(const std::filesystem::path& path);
  ~NpyFile();
  NpyFile(NpyFile&& other) noexcept;
  NpyFile& operator=(NpyFile&&) = delete;

  const NpyHeader& header() const { return header_; }
  const std::filesystem::path& path() const { return path_; }
  // Row `index` of the first dimension, as floats. out: as many as a row has.
  void copyRow(std::size_t index, std::span<float> out) const;
  std::size_t rowElements() const;

 private:
  std::filesystem::path path_;
  NpyHeader header_;
  const std::byte* bytes_ = nullptr;
  std::size_t size_ = 0;
};

// values: as many as the shape says. Replaces the file as a whole or not at all. Throws Error
// naming the file when the disk refuses.
void writeNpy(const std::filesystem::path& path, const std::vector<std::size_t>& shape,
              std::span<const float> values, NpyType type);

}  // namespace dju::learning
