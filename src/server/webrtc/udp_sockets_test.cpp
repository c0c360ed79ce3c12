// The batched send: many sockets, empty packets, a full buffer.
#include "server/webrtc/udp_sockets.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace dju::server::webrtc {
namespace {

int receiveAll(int fd) {
  std::array<std::uint8_t, 2048> buffer;
  int count = 0;
  while (recv(fd, buffer.data(), buffer.size(), MSG_DONTWAIT) > 0) ++count;
  return count;
}

TEST(UdpSockets, GivesEveryPortToEveryAddress) {
  const UdpSockets sockets({"127.0.0.1", "127.0.0.2"}, 0, 2);
  ASSERT_EQ(sockets.all().size(), 4u);
  ASSERT_EQ(sockets.ports().size(), 2u);
  for (const auto& socket : sockets.all())
    EXPECT_EQ(socket.local.port(), sockets.ports()[static_cast<std::size_t>(socket.group)]);
}

TEST(SendBatch, SendsMoreThanItHoldsAndLeavesOutWhatIsEmpty) {
  const UdpSockets sockets({"127.0.0.1"}, 0, 3);
  const auto& all = sockets.all();
  SendBatch batch;
  const std::size_t packets = SendBatch::kCapacity + 44;
  for (std::size_t i = 0; i < packets; ++i) {
    // From the first two sockets in turn, to the third.
    Bytes& packet = batch.add({all[i % 2].fd, all[2].local});
    if (i % 100 != 7) packet.assign(10, 1);
  }
  const auto result = batch.flush();
  EXPECT_EQ(result.sent, packets - 3);
  EXPECT_EQ(result.bytes, 10 * (packets - 3));
  EXPECT_EQ(result.failed, 0u);
  EXPECT_EQ(receiveAll(all[2].fd), static_cast<int>(packets) - 3);
  EXPECT_EQ(batch.flush().sent, 0u);
}

// One destination that cannot be reached must not cost the others their packets.
TEST(SendBatch, GoesOnAfterAnUnreachableViewer) {
  const UdpSockets sockets({"127.0.0.1"}, 0, 2);
  const auto& all = sockets.all();
  SendBatch batch;
  batch.add({all[0].fd, all[1].local}).assign(10, 1);
  batch.add({all[0].fd, *SocketAddress::parse("::1", 9)}).assign(10, 1);  // not of this family
  batch.add({all[0].fd, all[1].local}).assign(10, 1);
  const auto result = batch.flush();
  EXPECT_EQ(result.sent, 2u);
  EXPECT_EQ(result.failed, 1u);
}

// A kernel whose buffer is full for as many calls as `fullFor` says.
int fullFor = 0;
int busyKernel(int, mmsghdr*, unsigned count, int) {
  if (fullFor > 0) {
    --fullFor;
    errno = EAGAIN;
    return -1;
  }
  return static_cast<int>(std::min(count, 4u));  // takes a few at a time
}

TEST(SendBatch, WaitsOnceForAFullBufferAndThenGivesUp) {
  const UdpSockets sockets({"127.0.0.1"}, 0, 1);
  const auto& socket = sockets.all().front();
  SendBatch batch(busyKernel);
  for (const int calls : {1, 1000}) {
    fullFor = calls;
    for (int i = 0; i < 10; ++i) batch.add({socket.fd, socket.local}).assign(10, 1);
    const auto result = batch.flush();
    EXPECT_EQ(result.sent, calls == 1 ? 10u : 0u);
    EXPECT_EQ(result.failed, calls == 1 ? 0u : 10u);
  }
  EXPECT_EQ(fullFor, 998);  // nothing spun
}

}  // namespace
}  // namespace dju::server::webrtc
