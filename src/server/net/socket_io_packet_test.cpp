#include "server/net/socket_io_packet.h"

#include <gtest/gtest.h>

namespace dju::server {
namespace {

const SocketPacketLimits kLimits{2, 8};

Result<SocketPacket> parse(std::string_view text) {
  return parseSocketPacket(text, kLimits);
}

TEST(SocketIoPacket, PartsInTheirOrder) {
  const auto packet =
      parse("51-/battle,12[\"e\",{\"_placeholder\":true,\"num\":0}]").valueOrThrow();
  EXPECT_EQ(packet.type, SocketPacketType::kBinaryEvent);
  EXPECT_EQ(packet.attachments, 1u);
  EXPECT_EQ(packet.nsp, "/battle");
  EXPECT_EQ(packet.id, 12);
  EXPECT_EQ(packet.data[0], "e");
}

TEST(SocketIoPacket, NamespaceMayEndThePacket) {
  EXPECT_EQ(parse("0/custom").valueOrThrow().nsp, "/custom");
  EXPECT_EQ(parse("0/custom,").valueOrThrow().nsp, "/custom");
  EXPECT_EQ(parse("0{\"token\":\"x\"}").valueOrThrow().data["token"], "x");
  EXPECT_EQ(parse("1/custom,").valueOrThrow().type, SocketPacketType::kDisconnect);
}

TEST(SocketIoPacket, MalformedPacketsAreRefused) {
  for (const char* bad : {"",
                          "7",
                          "x",
                          "2",
                          "2{}",
                          "2[]",
                          "2[1]",
                          "2[\"a\"",
                          "2abc[\"a\"]",
                          "2[\"connect\"]",
                          "2[\"disconnect\"]",
                          "0[]",
                          "0\"x\"",
                          "1{}",
                          "3[]",
                          "31{}",
                          "4{\"message\":\"x\"}",
                          "5[\"a\"]",
                          "5-[\"a\"]",
                          "53-[\"a\"]",
                          "599999999999999999999-[\"a\"]",
                          "51-[\"a\",{\"_placeholder\":true,\"num\":1}]",
                          "51-[\"a\",{\"_placeholder\":true,\"num\":-1}]",
                          "51-[\"a\",{\"_placeholder\":true,\"num\":\"0\"}]",
                          "2[\"a\",{\"_placeholder\":true,\"num\":0}]",
                          "2[\"a\",[[[[[[[[[1]]]]]]]]]]",
                          "2[\"\xFF\"]"}) {
    EXPECT_FALSE(parse(bad)) << bad;
  }
}

TEST(SocketIoPacket, HeadIsWhatTheParserReads) {
  EXPECT_EQ(socketPacketHead(SocketPacketType::kEvent, "/", 0, {}), "2");
  EXPECT_EQ(socketPacketHead(SocketPacketType::kBinaryAck, "/battle", 2, 7), "62-/battle,7");
}

TEST(SocketIoPacket, ArgumentsAndAttachments) {
  using nlohmann::json;
  EXPECT_EQ(packetArguments(json::array({1, "a"}), 0), "1,\"a\"");
  EXPECT_EQ(packetArguments(json{{"a", 1}}, 0), "{\"a\":1}");
  EXPECT_EQ(packetArguments(nullptr, 0), "");
  EXPECT_EQ(packetArguments(nullptr, 1), "{\"_placeholder\":true,\"num\":0}");
  const json placed = json::array({{{"data", {{"_placeholder", true}, {"num", 0}}}}});
  EXPECT_EQ(packetArguments(placed, 1), "{\"data\":{\"_placeholder\":true,\"num\":0}}");
  EXPECT_THROW(packetArguments(placed, 0), Error);
}

}  // namespace
}  // namespace dju::server
