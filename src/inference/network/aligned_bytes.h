// Memory on the boundary of a cache line, zeroed, with room behind it for vectors that read past
// the end (matrix_product.h). One owner.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <new>

namespace dju::inference {

inline constexpr std::size_t kCacheLine = 64;

class AlignedBytes {
 public:
  AlignedBytes() = default;
  explicit AlignedBytes(std::size_t size)
      : size_(size),
        bytes_(static_cast<std::byte*>(
            ::operator new (size + kCacheLine, std::align_val_t{kCacheLine}))) {
    std::memset(bytes_.get(), 0, size + kCacheLine);
  }
  std::byte* data() const { return bytes_.get(); }
  std::size_t size() const { return size_; }

 private:
  struct Free {
    void operator()(std::byte* bytes) const {
      ::operator delete (bytes, std::align_val_t{kCacheLine});
    }
  };
  std::size_t size_ = 0;
  std::unique_ptr<std::byte, Free> bytes_;
};

}  // namespace dju::inference
