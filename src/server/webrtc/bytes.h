// Big-endian numbers in network packets. Pure; any thread. Callers have checked the bounds.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

namespace dju::server::webrtc {

using ByteView = std::span<const std::uint8_t>;
using Bytes = std::vector<std::uint8_t>;

inline std::uint16_t read16(const std::uint8_t* p) {
  return static_cast<std::uint16_t>(p[0] << 8 | p[1]);
}
inline std::uint32_t read32(const std::uint8_t* p) {
  return static_cast<std::uint32_t>(p[0]) << 24 | static_cast<std::uint32_t>(p[1]) << 16 |
         static_cast<std::uint32_t>(p[2]) << 8 | p[3];
}
inline void write16(std::uint8_t* p, std::uint32_t value) {
  p[0] = static_cast<std::uint8_t>(value >> 8);
  p[1] = static_cast<std::uint8_t>(value);
}
inline void write32(std::uint8_t* p, std::uint32_t value) {
  write16(p, value >> 16);
  write16(p + 2, value);
}
inline void append16(Bytes& out, std::uint32_t value) {
  out.resize(out.size() + 2);
  write16(out.data() + out.size() - 2, value);
}
inline void append32(Bytes& out, std::uint32_t value) {
  out.resize(out.size() + 4);
  write32(out.data() + out.size() - 4, value);
}

// In place of vector::insert, whose inlining GCC 12 takes for an overflow.
inline void append(Bytes& out, ByteView bytes) {
  const std::size_t size = out.size();
  out.resize(size + bytes.size());
  if (!bytes.empty()) std::memcpy(out.data() + size, bytes.data(), bytes.size());
}

}  // namespace dju::server::webrtc
