// The address of a web hook, taken apart, and whom the server may call at all: strangers name the
// address, so it must not be a way into the operator's own network (server-side request forgery).
// Pure; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/error.h"

namespace dju::mixes {

struct WebAddress {
  bool secure = true;  // https
  std::string host;    // name or number, IPv6 without brackets
  std::uint16_t port = 443;
  std::string target = "/";  // path and query

  // "https://host:8443", for messages: paths may hold what is nobody else's business.
  std::string origin() const;
};

// "http" or "https" with a host, no user name, at most kMostAddressBytes, printable ASCII. Expected
// to fail.
inline constexpr std::size_t kMostAddressBytes = 2000;
Result<WebAddress> parseWebAddress(std::string_view text);

// Whether a numeric address is somewhere in the public internet: not this machine, not a private,
// shared, link-local, multicast or reserved network (IANA's special-purpose registries), also where
// an IPv4 address is wrapped into one of IPv6. 16 bytes, IPv4 as ::ffff:a.b.c.d.
bool isPublicAddress(const std::array<unsigned char, 16>& address);

}  // namespace dju::mixes
