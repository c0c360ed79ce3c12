// The media server's UDP sockets: one for each local address and port, so that an answer always
// leaves from the address that was asked, and the batched send that viewers' packets leave by.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <string>
#include <vector>

#include "server/webrtc/bytes.h"
#include "server/webrtc/socket_address.h"

namespace dju::server::webrtc {

// How to reach a viewer: our socket, and its address.
struct Path {
  int fd = -1;
  SocketAddress remote;
};

class UdpSockets {
 public:
  // Binds `ports` consecutive ports from `port` (0: any) on each of `listen`; wildcards stand for
  // every address of this machine. Throws Error (kInvalid, kUnavailable).
  UdpSockets(const std::vector<std::string>& listen, std::uint16_t port, int ports);
  ~UdpSockets();
  UdpSockets(const UdpSockets&) = delete;
  UdpSockets& operator=(const UdpSockets&) = delete;

  struct Socket {
    int fd;
    SocketAddress local;
    int group;  // which of the consecutive ports
  };
  const std::vector<Socket>& all() const { return sockets_; }
  const std::vector<std::uint16_t>& ports() const { return ports_; }

 private:
  void open(const std::vector<std::string>& hosts, int group, std::uint16_t port);
  void closeAll();
  std::vector<Socket> sockets_;
  std::vector<std::uint16_t> ports_;
};

// Collects packets and sends them many to a system call, from buffers of its own that stay warm in
// the cache. One thread.
class SendBatch {
 public:
  struct Result {
    std::size_t sent = 0, bytes = 0, failed = 0;
  };
  using Call = int (*)(int, mmsghdr*, unsigned, int);
  // `call`: a kernel that tests make up.
  explicit SendBatch(Call call = sendmmsg)
      : call_(call), items_(kCapacity), headers_(kCapacity), vectors_(kCapacity) {
    order_.reserve(kCapacity);
  }

  // The buffer, empty, for the next packet to `path`; sends what is there first when full. What is
  // left empty is not sent. Valid until the next call.
  Bytes& add(const Path& path);
  // A full socket buffer is waited for (2 ms at most), then the rest is given up and counted. The
  // sums since the last flush().
  Result flush();

  // More to a call gain nothing (bench/viewers.cpp) and cost cache.
  static constexpr std::size_t kCapacity = 256;

 private:
  struct Item {
    Path path;
    Bytes packet;
  };
  void sendAll();
  Call call_;
  std::vector<Item> items_;
  std::size_t count_ = 0;
  std::vector<mmsghdr> headers_;
  std::vector<iovec> vectors_;
  std::vector<std::size_t> order_;  // of items_, by socket
  Result result_;
};

}  // namespace dju::server::webrtc
