#include "mixes/web_address.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace dju::mixes {
namespace {

constexpr std::size_t kMostHostBytes = 253;  // RFC 1035
constexpr std::uint16_t kHttpPort = 80, kHttpsPort = 443;

Error refused(std::string_view why) {
  return {ErrorCode::kInvalid, fmt::format("it {}; write https://host/path", why)};
}

bool isHostCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_';
}
bool isIpv6Character(char c) {
  return (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || (c >= '0' && c <= '9') || c == ':' ||
         c == '.';
}

// Host and port of "host", "host:port", "[v6]", "[v6]:port".
Result<void> readAuthority(std::string_view text, WebAddress& address) {
  std::string_view host = text, port;
  const bool bracketed = text.starts_with('[');
  if (bracketed) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return refused("has no end of its host");
    host = text.substr(1, end - 1);
    const std::string_view rest = text.substr(end + 1);
    if (!rest.empty() && rest.front() != ':') return refused("has no host");
    if (!rest.empty()) port = rest.substr(1);
    if (!rest.empty() && port.empty()) return refused("has no port behind the colon");
  } else if (const auto colon = text.find(':'); colon != std::string_view::npos) {
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
    if (port.empty()) return refused("has no port behind the colon");
  }
  if (host.empty() || host.size() > kMostHostBytes) return refused("has no host");
  if (!std::all_of(host.begin(), host.end(), bracketed ? isIpv6Character : isHostCharacter))
    return refused("has a host of other characters than letters, digits, dots and hyphens");
  address.host = host;
  if (port.empty()) return {};
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (error != std::errc() || end != port.data() + port.size() || address.port == 0)
    return refused("has a port that is no number from 1 to 65535");
  return {};
}

struct Network {
  std::array<unsigned char, 16> bytes;
  int bits;
};

bool within(const std::array<unsigned char, 16>& address, const Network& network) {
  for (int bit = 0; bit < network.bits; ++bit) {
    const auto byte = static_cast<std::size_t>(bit / 8);
    const int mask = 0x80 >> (bit % 8);
    if ((address[byte] & mask) != (network.bytes[byte] & mask)) return false;
  }
  return true;
}

constexpr Network v4(unsigned char a, unsigned char b, unsigned char c, int bits) {
  return {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, 0}, 96 + bits};
}

// Of IPv4, by IANA's special-purpose address registry.
constexpr Network kNotPublicV4[] = {v4(0, 0, 0, 8),      v4(10, 0, 0, 8),     v4(100, 64, 0, 10),
                                    v4(127, 0, 0, 8),    v4(169, 254, 0, 16), v4(172, 16, 0, 12),
                                    v4(192, 0, 0, 24),   v4(192, 0, 2, 24),   v4(192, 88, 99, 24),
                                    v4(192, 168, 0, 16), v4(198, 18, 0, 15),  v4(198, 51, 100, 24),
                                    v4(203, 0, 113, 24), v4(224, 0, 0, 4),    v4(240, 0, 0, 4)};
constexpr Network kMappedV4 = {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96};
// What is global unicast at all, and what of it is special: Teredo and other protocols' use,
// documentation, 6to4.
constexpr Network kUnicastV6 = {{0x20}, 3};
constexpr Network kNotPublicV6[] = {{{0x20, 0x01, 0x00}, 23},
                                    {{0x20, 0x01, 0x0d, 0xb8}, 32},
                                    {{0x20, 0x02}, 16},
                                    {{0x3f, 0xff, 0x00}, 20}};

}  // namespace

std::string WebAddress::origin() const {
  const bool v6 = host.find(':') != std::string::npos;
  return fmt::format("{}://{}{}{}:{}", secure ? "https" : "http", v6 ? "[" : "", host,
                     v6 ? "]" : "", port);
}

Result<WebAddress> parseWebAddress(std::string_view text) {
  if (text.size() > kMostAddressBytes)
    return refused(fmt::format("has {} characters, more than {}", text.size(), kMostAddressBytes));
  if (!std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; }))
    return refused("holds blanks or characters beyond ASCII");
  WebAddress address;
  constexpr std::string_view kHttp = "http://", kHttps = "https://";
  address.secure = text.starts_with(kHttps);
  if (!address.secure && !text.starts_with(kHttp))
    return refused("begins neither with https:// nor with http://");
  address.port = address.secure ? kHttpsPort : kHttpPort;
  text.remove_prefix(address.secure ? kHttps.size() : kHttp.size());
  text = text.substr(0, text.find('#'));
  const auto end = std::min(text.find_first_of("/?"), text.size());
  const std::string_view authority = text.substr(0, end);
  if (authority.find('@') != std::string_view::npos) return refused("holds a user name");
  if (const auto read = readAuthority(authority, address); !read) return read.error();
  const std::string_view target = text.substr(end);
  address.target = fmt::format("{}{}", target.starts_with('/') ? "" : "/", target);
  return address;
}

bool isPublicAddress(const std::array<unsigned char, 16>& address) {
  const auto inside = [&](const Network& network) { return within(address, network); };
  if (inside(kMappedV4))
    return std::none_of(std::begin(kNotPublicV4), std::end(kNotPublicV4), inside);
  return inside(kUnicastV6) &&
         std::none_of(std::begin(kNotPublicV6), std::end(kNotPublicV6), inside);
}

}  // namespace dju::mixes
