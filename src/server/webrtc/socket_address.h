// An IPv4 or IPv6 address with its port, as the kernel takes it, comparable and hashable. Any
// thread.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <compare>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>

namespace dju::server::webrtc {

class SocketAddress {
 public:
  SocketAddress() { std::memset(&storage_, 0, sizeof storage_); }
  // "192.0.2.1" or "2001:db8::1"; nothing for anything else (no names are looked up).
  static std::optional<SocketAddress> parse(const std::string& address, std::uint16_t port);

  int family() const { return storage_.any.sa_family; }
  std::uint16_t port() const;
  void setPort(std::uint16_t port);
  std::string host() const;  // without port or brackets
  bool isWildcard() const;   // 0.0.0.0 or ::
  bool isLinkLocal() const;  // fe80::/10, which needs a scope that candidates cannot carry

  sockaddr* raw() { return &storage_.any; }
  const sockaddr* raw() const { return &storage_.any; }
  socklen_t size() const {
    return family() == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
  }
  static constexpr socklen_t kCapacity = sizeof(sockaddr_in6);

  // The address' 4 or 16 bytes.
  const std::uint8_t* bytes() const;
  std::size_t byteCount() const { return family() == AF_INET6 ? 16 : 4; }

  friend bool operator==(const SocketAddress& a, const SocketAddress& b) {
    return a.family() == b.family() && a.port() == b.port() &&
           std::memcmp(a.bytes(), b.bytes(), a.byteCount()) == 0;
  }

 private:
  union {
    sockaddr any;
    sockaddr_in v4;
    sockaddr_in6 v6;
  } storage_;
};

struct SocketAddressHash {
  std::size_t operator()(const SocketAddress& address) const;
};

}  // namespace dju::server::webrtc
