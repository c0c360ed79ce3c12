// Bytes as they travel through the server: immutable once shared, so that one buffer can be queued
// on thousands of connections without copying. Any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace dju::server {

using Bytes = std::vector<std::uint8_t>;
using Buffer = std::shared_ptr<const Bytes>;

inline Buffer makeBuffer(Bytes bytes) {
  return std::make_shared<const Bytes>(std::move(bytes));
}
inline Buffer makeBuffer(std::string_view text) {
  return std::make_shared<const Bytes>(text.begin(), text.end());
}
inline std::string_view textOf(const Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace dju::server
