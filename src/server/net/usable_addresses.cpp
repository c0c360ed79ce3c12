#include "server/net/usable_addresses.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "core/log.h"

namespace dju::server {
namespace {

bool lacksIpv6(const std::string& text) {
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  if (inet_pton(AF_INET6, text.c_str(), &address.sin6_addr) != 1) return false;
  const int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return errno == EAFNOSUPPORT;
  const bool bound = bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  const int reason = errno;
  close(fd);
  // Loopback and the wildcard exist wherever IPv6 does; any other may be a typing error.
  const bool everywhere =
      IN6_IS_ADDR_LOOPBACK(&address.sin6_addr) || IN6_IS_ADDR_UNSPECIFIED(&address.sin6_addr);
  return !bound && everywhere && (reason == EADDRNOTAVAIL || reason == EAFNOSUPPORT);
}

}  // namespace

std::vector<std::string> usableAddresses(const std::vector<std::string>& listen) {
  std::vector<std::string> usable;
  for (const std::string& address : listen) {
    if (lacksIpv6(address)) {
      log::info("this machine has no IPv6: not listening on {}", address);
    } else {
      usable.push_back(address);
    }
  }
  return usable.empty() ? listen : usable;
}

}  // namespace dju::server
