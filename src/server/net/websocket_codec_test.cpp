#include "server/net/websocket_codec.h"

#include <gtest/gtest.h>

#include "core/random.h"

namespace dju::server {
namespace {

// A client's frame: masked.
Bytes frame(unsigned first, std::string_view payload) {
  Bytes wire{static_cast<std::uint8_t>(first)};
  if (payload.size() < 126) {
    wire.push_back(static_cast<std::uint8_t>(0x80 | payload.size()));
  } else {
    wire.push_back(0x80 | 126);
    wire.push_back(static_cast<std::uint8_t>(payload.size() >> 8));
    wire.push_back(static_cast<std::uint8_t>(payload.size() & 0xFF));
  }
  const std::uint8_t mask[4] = {0x12, 0x34, 0x56, 0x78};
  wire.insert(wire.end(), mask, mask + 4);
  for (std::size_t i = 0; i < payload.size(); ++i) {
    wire.push_back(static_cast<std::uint8_t>(payload[i]) ^ mask[i % 4]);
  }
  return wire;
}

struct Decoded {
  std::vector<std::pair<WebSocketOpcode, std::string>> messages;
  std::optional<WebSocketClose> failure;
};

Decoded decode(const Bytes& wire, std::size_t maxMessage = 1000, std::size_t step = 1000000) {
  WebSocketDecoder decoder(maxMessage);
  Decoded out;
  for (std::size_t at = 0; at < wire.size(); at += step) {
    const auto failure =
        decoder.feed(wire.data() + at, std::min(step, wire.size() - at), [&](WebSocketMessage&& m) {
          out.messages.emplace_back(m.opcode, std::string(textOf(m.payload)));
          return true;
        });
    if (failure) out.failure = failure->code;
  }
  return out;
}

Bytes operator+(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

TEST(WebSocketCodec, AcceptKeyOfTheStandard) {
  EXPECT_EQ(webSocketAccept("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  for (const char* bad : {"", "abc", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZQ==="}) {
    EXPECT_FALSE(webSocketAccept(bad)) << bad;
  }
}

TEST(WebSocketCodec, AnySplitGivesTheSameMessages) {
  const std::string big(700, 'x');
  const Bytes wire = frame(0x81, "hello") + frame(0x01, "fra") + frame(0x89, "ping") +
                     frame(0x80, "gment") + frame(0x82, big) + frame(0x88, "\x03\xE8gone");
  const Decoded whole = decode(wire);
  ASSERT_EQ(whole.messages.size(), 5u);
  EXPECT_EQ(whole.messages[1].second, "ping");
  EXPECT_EQ(whole.messages[2].second, "fragment");
  EXPECT_EQ(whole.messages[3].second, big);
  for (std::size_t step = 1; step < 20; ++step) {
    EXPECT_EQ(decode(wire, 1000, step).messages, whole.messages) << step;
  }
}

TEST(WebSocketCodec, RuleBreakersFail) {
  const auto failure = [](const Bytes& wire) { return decode(wire, 100).failure; };
  EXPECT_EQ(failure({0x81, 0x05, 'h', 'e', 'l', 'l', 'o'}), WebSocketClose::kProtocolError);
  EXPECT_EQ(failure(frame(0xC1, "rsv")), WebSocketClose::kProtocolError);
  EXPECT_EQ(failure(frame(0x83, "opcode")), WebSocketClose::kProtocolError);
  EXPECT_EQ(failure(frame(0x80, "continues nothing")), WebSocketClose::kProtocolError);
  EXPECT_EQ(failure(frame(0x01, "a") + frame(0x81, "b")), WebSocketClose::kProtocolError);
  EXPECT_EQ(failure(frame(0x09, "ping")), WebSocketClose::kProtocolError);
  EXPECT_EQ(failure(frame(0x89, std::string(126, 'p'))), WebSocketClose::kProtocolError);
  EXPECT_EQ(failure(frame(0x88, "x")), WebSocketClose::kProtocolError);
  EXPECT_EQ(failure(frame(0x88, std::string("\x03\xED", 2))), WebSocketClose::kProtocolError);
  EXPECT_EQ(failure(frame(0x81, "\xFF\xFE")), WebSocketClose::kInvalidData);
  EXPECT_EQ(failure(frame(0x81, std::string(101, 'x'))), WebSocketClose::kTooBig);
  EXPECT_EQ(failure(frame(0x01, std::string(60, 'x')) + frame(0x80, std::string(60, 'x'))),
            WebSocketClose::kTooBig);
  EXPECT_EQ(failure({0x82, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3, 4}),
            WebSocketClose::kTooBig);
  EXPECT_FALSE(failure(frame(0x81, std::string(100, 'x'))));
}

TEST(WebSocketCodec, LengthsAreWrittenInTheirShortestForm) {
  const auto header = [](std::size_t size) {
    Bytes wire;
    const Bytes payload(size);
    appendFrame(wire, WebSocketOpcode::kBinary, payload.data(), size);
    return wire.size() - size;
  };
  EXPECT_EQ(header(0), 2u);
  EXPECT_EQ(header(125), 2u);
  EXPECT_EQ(header(126), 4u);
  EXPECT_EQ(header(65535), 4u);
  EXPECT_EQ(header(65536), 10u);
}

TEST(WebSocketCodec, CloseReasonIsCutBetweenCharacters) {
  const Bytes wire = closeFrame(WebSocketClose::kPolicy, std::string(122, 'a') + "ñ");
  EXPECT_EQ(wire.size(), 2u + 2u + 122u);
}

TEST(WebSocketCodec, NoiseNeverOverrunsItsLimit) {
  Random random(7);
  for (int round = 0; round < 2000; ++round) {
    Bytes wire(64);
    for (auto& byte : wire) byte = static_cast<std::uint8_t>(random.next());
    wire[1] |= 0x80;
    for (const auto& [opcode, payload] : decode(wire, 32).messages) EXPECT_LE(payload.size(), 125u);
  }
}

}  // namespace
}  // namespace dju::server
