#include "server/webrtc/udp_sockets.h"

#include <fmt/format.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "core/error.h"

namespace dju::server::webrtc {
namespace {

constexpr int kSendBuffer = 8 << 20;  // 1,000 viewers' packets leave in one burst
constexpr int kReceiveBuffer = 4 << 20;

// Every address of this machine of the family of `wildcard` that a candidate can name.
std::vector<std::string> localAddresses(const SocketAddress& wildcard) {
  std::vector<std::string> result;
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return result;
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
    if (entry->ifa_addr == nullptr || entry->ifa_addr->sa_family != wildcard.family()) continue;
    if ((entry->ifa_flags & IFF_UP) == 0) continue;
    SocketAddress address;
    std::memcpy(address.raw(), entry->ifa_addr,
                wildcard.family() == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in));
    if (!address.isLinkLocal()) result.push_back(address.host());
  }
  freeifaddrs(list);
  return result;
}

std::vector<std::string> expand(const std::vector<std::string>& listen) {
  std::vector<std::string> hosts;
  for (const std::string& text : listen) {
    const auto address = SocketAddress::parse(text, 0);
    if (!address) {
      throw Error(ErrorCode::kInvalid,
                  fmt::format("media server: \"{}\" is no IPv4 or IPv6 address", text));
    }
    const auto named = address->isWildcard() ? localAddresses(*address) : std::vector{text};
    for (const std::string& host : named) {
      if (std::find(hosts.begin(), hosts.end(), host) == hosts.end()) hosts.push_back(host);
    }
  }
  if (hosts.empty()) throw Error(ErrorCode::kInvalid, "media server: no address to listen on");
  return hosts;
}

}  // namespace

UdpSockets::UdpSockets(const std::vector<std::string>& listen, std::uint16_t port, int ports) {
  const auto hosts = expand(listen);
  try {
    for (int group = 0; group < ports; ++group) {
      open(hosts, group, port == 0 ? port : static_cast<std::uint16_t>(port + group));
    }
  } catch (...) {
    closeAll();
    throw;
  }
}

UdpSockets::~UdpSockets() {
  closeAll();
}

void UdpSockets::closeAll() {
  for (const Socket& socket : sockets_) close(socket.fd);
}

void UdpSockets::open(const std::vector<std::string>& hosts, int group, std::uint16_t port) {
  for (const std::string& host : hosts) {
    SocketAddress local = *SocketAddress::parse(host, port);
    const int fd = socket(local.family(), SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
      throw Error(ErrorCode::kUnavailable,
                  fmt::format("media server: socket: {}", std::strerror(errno)));
    }
    sockets_.push_back({fd, local, group});
    const int one = 1;
    if (local.family() == AF_INET6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one);
    // The forced form ignores net.core.wmem_max, but needs a privilege; without it the kernel's
    // limit holds.
    if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &kSendBuffer, sizeof kSendBuffer) != 0) {
      setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &kSendBuffer, sizeof kSendBuffer);
    }
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &kReceiveBuffer, sizeof kReceiveBuffer) != 0) {
      setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &kReceiveBuffer, sizeof kReceiveBuffer);
    }
    const int expedited = 0xb8;  // DSCP EF, what browsers' audio uses; networks may ignore it
    if (local.family() == AF_INET6) {
      setsockopt(fd, IPPROTO_IPV6, IPV6_TCLASS, &expedited, sizeof expedited);
    } else {
      setsockopt(fd, IPPROTO_IP, IP_TOS, &expedited, sizeof expedited);
    }
    if (bind(fd, local.raw(), local.size()) != 0) {
      throw Error(
          ErrorCode::kUnavailable,
          fmt::format(
              "media server: cannot listen on {} UDP port {}: {}; choose another media port", host,
              port, std::strerror(errno)));
    }
    socklen_t size = SocketAddress::kCapacity;
    getsockname(fd, sockets_.back().local.raw(), &size);
    port = sockets_.back().local.port();  // the other addresses share the first one's choice
  }
  ports_.push_back(port);
}

Bytes& SendBatch::add(const Path& path) {
  if (count_ == kCapacity) sendAll();
  Item& item = items_[count_++];
  item.path = path;
  item.packet.clear();
  return item.packet;
}

SendBatch::Result SendBatch::flush() {
  sendAll();
  return std::exchange(result_, {});
}

void SendBatch::sendAll() {
  order_.clear();
  for (std::size_t i = 0; i < count_; ++i) {
    if (!items_[i].packet.empty()) order_.push_back(i);
  }
  count_ = 0;
  std::stable_sort(order_.begin(), order_.end(), [this](std::size_t a, std::size_t b) {
    return items_[a].path.fd < items_[b].path.fd;
  });
  const auto item = [this](std::size_t i) -> Item& { return items_[order_[i]]; };
  for (std::size_t i = 0; i < order_.size(); ++i) {
    vectors_[i] = {item(i).packet.data(), item(i).packet.size()};
    headers_[i] = {};
    headers_[i].msg_hdr.msg_name = item(i).path.remote.raw();
    headers_[i].msg_hdr.msg_namelen = item(i).path.remote.size();
    headers_[i].msg_hdr.msg_iov = &vectors_[i];
    headers_[i].msg_hdr.msg_iovlen = 1;
  }
  bool waited = false;
  for (std::size_t next = 0; next < order_.size();) {
    const int fd = item(next).path.fd;
    std::size_t count = 1;
    while (next + count < order_.size() && item(next + count).path.fd == fd) ++count;
    const int sent = call_(fd, &headers_[next], static_cast<unsigned>(count), 0);
    if (sent > 0) {
      for (int i = 0; i < sent; ++i) result_.bytes += vectors_[next++].iov_len;
      result_.sent += static_cast<std::size_t>(sent);
    } else if ((errno == EAGAIN || errno == ENOBUFS) && !waited) {
      waited = true;
      pollfd writable{fd, POLLOUT, 0};
      poll(&writable, 1, 2);
    } else if (errno == EAGAIN || errno == ENOBUFS) {
      result_.failed += order_.size() - next;
      break;
    } else if (errno != EINTR) {
      ++result_.failed;  // this one's destination is unreachable; the others are not to blame
      ++next;
    }
  }
}

}  // namespace dju::server::webrtc
