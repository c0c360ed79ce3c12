// XXH64 (the published xxHash specification): a fast 64-bit hash that shows that two renders are
// the same samples. It finds differences; it is no defence against forgery, which only a signature
// is. Tracks and blobs are named by SHA-256 instead (audio/sha256.h). Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace dju {

std::uint64_t xxh64(const void* data, std::size_t size, std::uint64_t seed = 0) noexcept;

// Sixteen lower-case hexadecimal digits.
std::string hex64(std::uint64_t value);

}  // namespace dju
