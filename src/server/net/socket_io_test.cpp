// What a socket gets when more is sent to it than can leave at once: the newest state, everything
// else in order. Sending from within a handler makes it certain: nothing leaves before the handler
// has returned.
#include "server/net/socket_io.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/net/http_server.h"

namespace dju::server {
namespace {

using testing::ElementsAre;

// A client that joins /battle, says "go" and tells what came until an event named "last".
class SocketClient {
 public:
  explicit SocketClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval limit{20, 0};  // only a broken server reaches it
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    sendAll(
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    std::string head;
    while (!head.ends_with("\r\n\r\n")) head += readExactly(1);
    sendText("40/battle,");
    sendText("42/battle,[\"go\"]");
  }
  ~SocketClient() { ::close(socket_); }
  SocketClient(const SocketClient&) = delete;
  SocketClient& operator=(const SocketClient&) = delete;

  // The events' data, `["name",…]`.
  std::vector<std::string> events() {
    constexpr std::string_view kHead = "42/battle,";
    std::vector<std::string> all;
    while (all.empty() || all.back() != "[\"last\"]") {
      const std::string packet = readFrame();
      if (packet.empty()) break;  // the server has closed
      if (packet.starts_with(kHead)) all.push_back(packet.substr(kHead.size()));
    }
    return all;
  }

 private:
  void sendAll(std::string_view text) { ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL); }
  void sendText(std::string_view text) {
    std::string frame{static_cast<char>(0x81), static_cast<char>(0x80 | text.size())};
    frame.append(4, '\0');  // a mask of zeros
    frame += text;
    sendAll(frame);
  }
  std::string readExactly(std::size_t size) {
    std::string bytes(size, '\0');
    if (::recv(socket_, bytes.data(), size, MSG_WAITALL) != static_cast<ssize_t>(size)) {
      ADD_FAILURE() << "the server sent too little";
      return "\r\n\r\n";
    }
    return bytes;
  }
  std::string readFrame() {
    const std::string head = readExactly(2);
    std::size_t size = static_cast<unsigned char>(head[1]);
    if (size == 126) {
      const std::string more = readExactly(2);
      size = static_cast<unsigned char>(more[0]) * 256U + static_cast<unsigned char>(more[1]);
    }
    return head[0] == '\x81' ? readExactly(size) : "";
  }

  int socket_;
};

class SocketDeliveryTest : public testing::Test {
 protected:
  using Act = std::function<void(const SocketPtr&)>;

  // What a client gets when its "go" makes the server do `act`.
  std::vector<std::string> eventsAfter(const Act& act) {
    battle_.onConnect([act](const SocketPtr& socket, const Json&) -> Result<void> {
      socket->join("room");
      socket->on("go", [weak = std::weak_ptr(socket), act](const Event&, const Ack&) {
        act(weak.lock());
      });
      return {};
    });
    HttpOptions options;
    options.addresses = {"127.0.0.1"};
    options.port = 0;
    HttpServer http(options, router_);
    http.attach(server_.engine());
    http.start();
    SocketClient client(http.port());
    return client.events();
  }
  void state(const Json& value, const char* key = "") {
    battle_.broadcast("room",
                      battle_.packet("state", Json::array({value}), {}, Delivery::kLatest, key));
  }
  void must(const char* name) { battle_.broadcast("room", battle_.packet(name, Json::array())); }

  Router router_;
  SocketServer server_;
  Namespace& battle_ = server_.of("/battle");
};

TEST_F(SocketDeliveryTest, NewerStateReplacesOlderThatHasNotLeft) {
  const auto events = eventsAfter([this](const SocketPtr&) {
    state(1);
    must("kept");
    state(2);
    state(3);
    must("last");
  });
  EXPECT_THAT(events, ElementsAre("[\"kept\"]", "[\"state\",3]", "[\"last\"]"));
}

TEST_F(SocketDeliveryTest, StateOfAnotherKeyStays) {
  const auto events = eventsAfter([this](const SocketPtr&) {
    state(1, "A");
    state(2, "B");
    state(3, "A");
    must("last");
  });
  EXPECT_THAT(events, ElementsAre("[\"state\",2]", "[\"state\",3]", "[\"last\"]"));
}

TEST_F(SocketDeliveryTest, WhatNeverMayBeDroppedCanBeTheSameTwice) {
  const auto events = eventsAfter([this](const SocketPtr&) {
    must("again");
    must("again");
    must("last");
  });
  EXPECT_THAT(events, ElementsAre("[\"again\"]", "[\"again\"]", "[\"last\"]"));
}

TEST_F(SocketDeliveryTest, GatheringKeepsTheOrderOfBroadcastsAndWhatIsForOneAlone) {
  const auto events = eventsAfter([this](const SocketPtr& socket) {
    socket->gather(true);
    must("first");
    socket->emit("second", Json::array());
    must("third");
    socket->gather(false);
    must("last");
  });
  EXPECT_THAT(events, ElementsAre("[\"first\"]", "[\"second\"]", "[\"third\"]", "[\"last\"]"));
}

TEST_F(SocketDeliveryTest, WhatGathersLeavesWithoutAnythingUrgent) {
  const auto events = eventsAfter([this](const SocketPtr& socket) {
    socket->gather(true);
    must("early");
    // Sent after the first departure, so that it has to wait for the next one.
    socket->after(std::chrono::milliseconds(1), [this] {
      must("waits");
      must("last");
    });
  });
  EXPECT_THAT(events, ElementsAre("[\"early\"]", "[\"waits\"]", "[\"last\"]"));
}

TEST_F(SocketDeliveryTest, MoreThanOneSystemCallTakesArrivesWhole) {
  constexpr int kEvents = 500;
  const std::string text(1000, 'x');
  const auto events = eventsAfter([&](const SocketPtr&) {
    for (int i = 0; i < kEvents; ++i) {
      battle_.broadcast("room", battle_.packet("text", Json::array({i, text})));
    }
    must("last");
  });
  ASSERT_EQ(events.size(), kEvents + 1U);
  for (int i = 0; i < kEvents; ++i) {
    const auto expected = "[\"text\"," + std::to_string(i) + ",\"" + text + "\"]";
    ASSERT_EQ(events[static_cast<std::size_t>(i)], expected);
  }
}

}  // namespace
}  // namespace dju::server
