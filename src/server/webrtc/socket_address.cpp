#include "server/webrtc/socket_address.h"

#include <arpa/inet.h>

#include "core/hash.h"

namespace dju::server::webrtc {

std::optional<SocketAddress> SocketAddress::parse(const std::string& address, std::uint16_t port) {
  SocketAddress result;
  if (inet_pton(AF_INET, address.c_str(), &result.storage_.v4.sin_addr) == 1) {
    result.storage_.v4.sin_family = AF_INET;
  } else if (inet_pton(AF_INET6, address.c_str(), &result.storage_.v6.sin6_addr) == 1) {
    result.storage_.v6.sin6_family = AF_INET6;
  } else {
    return std::nullopt;
  }
  result.setPort(port);
  return result;
}

std::uint16_t SocketAddress::port() const {
  return ntohs(family() == AF_INET6 ? storage_.v6.sin6_port : storage_.v4.sin_port);
}

void SocketAddress::setPort(std::uint16_t port) {
  (family() == AF_INET6 ? storage_.v6.sin6_port : storage_.v4.sin_port) = htons(port);
}

std::string SocketAddress::host() const {
  char text[INET6_ADDRSTRLEN] = "";
  if (family() == AF_INET6) inet_ntop(AF_INET6, &storage_.v6.sin6_addr, text, sizeof text);
  if (family() == AF_INET) inet_ntop(AF_INET, &storage_.v4.sin_addr, text, sizeof text);
  return text;
}

bool SocketAddress::isWildcard() const {
  for (std::size_t i = 0; i < byteCount(); ++i) {
    if (bytes()[i] != 0) return false;
  }
  return true;
}

bool SocketAddress::isLinkLocal() const {
  return family() == AF_INET6 && bytes()[0] == 0xfe && (bytes()[1] & 0xc0) == 0x80;
}

const std::uint8_t* SocketAddress::bytes() const {
  return family() == AF_INET6 ? storage_.v6.sin6_addr.s6_addr
                              : reinterpret_cast<const std::uint8_t*>(&storage_.v4.sin_addr);
}

std::size_t SocketAddressHash::operator()(const SocketAddress& address) const {
  return xxh64(address.bytes(), address.byteCount(), address.port());
}

}  // namespace dju::server::webrtc
