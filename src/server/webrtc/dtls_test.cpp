// DTLS between two ends of ours, datagram by datagram: what networks do to a handshake.
#include "server/webrtc/dtls.h"

#include <gtest/gtest.h>

#include <array>
#include <deque>
#include <thread>

namespace dju::server::webrtc {
namespace {

using Role = DtlsConnection::Role;
using State = DtlsConnection::State;

// Both ends, and what is on its way between them.
struct Pair {
  DtlsIdentity identity;
  std::deque<Bytes> toServer, toClient;
  DtlsConnection server{identity, Role::kServer, identity.fingerprint(), [this](ByteView datagram) {
                          toClient.emplace_back(datagram.begin(), datagram.end());
                        }};
  DtlsConnection client{identity, Role::kClient, identity.fingerprint(), [this](ByteView datagram) {
                          toServer.emplace_back(datagram.begin(), datagram.end());
                        }};
  void deliver() {
    while (!toServer.empty() || !toClient.empty()) {
      if (!toServer.empty()) {
        server.receive(toServer.front());
        toServer.pop_front();
      } else {
        client.receive(toClient.front());
        toClient.pop_front();
      }
    }
  }
  void expectKeys() {
    ASSERT_EQ(server.state(), State::kConnected) << server.failure();
    ASSERT_EQ(client.state(), State::kConnected) << client.failure();
    EXPECT_EQ(server.keys().client.key, client.keys().client.key);
    EXPECT_EQ(server.keys().server.salt, client.keys().server.salt);
    EXPECT_NE(server.keys().server.key, server.keys().client.key);
  }
};

// Splits a ClientHello into two handshake fragments (RFC 6347, 4.2.3), each a record and a datagram
// of its own, as Chromium sends its long one.
std::array<Bytes, 2> fragments(const Bytes& hello) {
  constexpr std::size_t kRecord = 13, kHandshake = 12;
  const std::size_t body = hello.size() - kRecord - kHandshake;
  std::array<Bytes, 2> result;
  const std::size_t cut = body / 2;
  for (std::size_t part = 0; part < 2; ++part) {
    const std::size_t offset = part == 0 ? 0 : cut;
    const std::size_t size = part == 0 ? cut : body - cut;
    Bytes& out = result[part];
    append(out, ByteView(hello).first(kRecord + kHandshake));
    append(out, ByteView(hello).subspan(kRecord + kHandshake + offset, size));
    out[10] = part == 0 ? 0 : 40;  // the record's number, which no later one has
    write16(out.data() + 11, static_cast<std::uint32_t>(kHandshake + size));
    out[kRecord + 6] = 0;
    write16(out.data() + kRecord + 7, static_cast<std::uint32_t>(offset));
    out[kRecord + 9] = 0;
    write16(out.data() + kRecord + 10, static_cast<std::uint32_t>(size));
  }
  return result;
}

TEST(Dtls, AgreesOnKeys) {
  Pair pair;
  pair.client.start();
  pair.deliver();
  pair.expectKeys();
}

TEST(Dtls, ReassemblesAClientHelloOfTwoDatagrams) {
  for (const bool swapped : {false, true}) {
    Pair pair;
    pair.client.start();
    ASSERT_EQ(pair.toServer.size(), 1u);
    auto parts = fragments(pair.toServer.front());
    pair.toServer.clear();
    pair.server.receive(parts[swapped ? 1 : 0]);
    EXPECT_TRUE(pair.toClient.empty());  // half a greeting is not answered
    pair.server.receive(parts[swapped ? 0 : 1]);
    EXPECT_FALSE(pair.toClient.empty());
    pair.deliver();
    pair.expectKeys();
  }
}

TEST(Dtls, ResendsWhatWasLostWhenItsTimerSaysSo) {
  Pair pair;
  pair.client.start();
  pair.server.receive(pair.toServer.front());
  pair.toServer.clear();
  ASSERT_FALSE(pair.toClient.empty());
  pair.toClient.clear();
  const auto timer = pair.server.timer();
  ASSERT_TRUE(timer);
  EXPECT_LE(*timer, std::chrono::milliseconds(60));
  // OpenSSL reads the system's clock; the flight comes when it says so, however long that takes.
  while (pair.toClient.empty()) {
    std::this_thread::yield();
    pair.server.onTimer();
  }
  pair.deliver();
  pair.expectKeys();
  EXPECT_FALSE(pair.server.timer());
}

TEST(Dtls, AnswersAResentLastFlightAndNoticesTheFarewell) {
  Pair pair;
  pair.client.start();
  pair.server.receive(pair.toServer.front());
  pair.toServer.clear();
  for (const Bytes& datagram : pair.toClient) pair.client.receive(datagram);
  pair.toClient.clear();
  const auto flight = pair.toServer;
  pair.deliver();
  pair.expectKeys();
  for (const Bytes& datagram : flight) pair.server.receive(datagram);
  EXPECT_EQ(pair.server.state(), State::kConnected);
  pair.client.close();
  pair.deliver();
  EXPECT_EQ(pair.server.state(), State::kClosed);
}

}  // namespace
}  // namespace dju::server::webrtc
