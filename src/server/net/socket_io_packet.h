// Reads and writes the text of Socket.IO packets (protocol 5). Pure functions, fuzzed by
// fuzz/socketio.cpp. Any thread.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "server/net/bytes.h"

namespace dju::server {

enum class SocketPacketType {
  kConnect = 0,
  kDisconnect = 1,
  kEvent = 2,
  kAck = 3,
  kConnectError = 4,
  kBinaryEvent = 5,
  kBinaryAck = 6,
};

struct SocketPacket {
  SocketPacketType type = SocketPacketType::kEvent;
  std::string nsp = "/";
  std::optional<std::int64_t> id;
  std::size_t attachments = 0;  // binary messages that follow
  nlohmann::json data;          // null when there is none
};

struct SocketPacketLimits {
  std::size_t maxAttachments = 8;
  int maxJsonDepth = 32;
};

// A packet from a client: type, shape of the data, placeholders and limits are checked, so that an
// event's data is an array that starts with its name and an acknowledgement's data is an array.
Result<SocketPacket> parseSocketPacket(std::string_view text, const SocketPacketLimits& limits);

// "5", "2-", "/battle,", "13": the part of a packet before its JSON.
std::string socketPacketHead(SocketPacketType type, std::string_view nsp, std::size_t attachments,
                             std::optional<std::int64_t> id);

// `args` as JSON text without brackets, each attachment that no placeholder names appended as a
// further argument. Throws Error kInternal when a placeholder names an attachment that is not
// there.
std::string packetArguments(const nlohmann::json& args, std::size_t attachments);

}  // namespace dju::server
