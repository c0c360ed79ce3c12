#include "server/net/socket_io_packet.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "server/net/http_text.h"

namespace dju::server {
namespace {

using nlohmann::json;

Error invalid(const char* what) {
  return {ErrorCode::kInvalid, fmt::format("invalid Socket.IO packet: {}", what)};
}

// Digits at the front, at most 15 of them (exact in JavaScript). Nothing: no digit there.
std::optional<std::int64_t> takeNumber(std::string_view& text) {
  std::size_t digits = 0;
  std::int64_t value = 0;
  while (digits < text.size() && digits < 15 && text[digits] >= '0' && text[digits] <= '9') {
    value = value * 10 + (text[digits++] - '0');
  }
  if (digits == 0) return {};
  text.remove_prefix(digits);
  return value;
}

bool isBinary(SocketPacketType type) {
  return type == SocketPacketType::kBinaryEvent || type == SocketPacketType::kBinaryAck;
}

bool isPlaceholder(const json& value) {
  const auto found = value.find("_placeholder");
  return found != value.end() && found->is_boolean() && found->get<bool>();
}

// Calls `found` with the number of every placeholder (-1 when it is not a number); false stops.
template <typename Found>
bool forEachPlaceholder(const json& value, Found&& found) {
  if (value.is_object() && isPlaceholder(value)) {
    const auto num = value.find("num");
    const bool good = num != value.end() && num->is_number_integer();
    return found(good ? num->template get<std::int64_t>() : -1);
  }
  if (!value.is_structured()) return true;
  return std::all_of(value.begin(), value.end(),
                     [&](const json& child) { return forEachPlaceholder(child, found); });
}

bool placeholdersWithin(const json& data, std::size_t attachments) {
  return forEachPlaceholder(data, [&](std::int64_t number) {
    return number >= 0 && number < static_cast<std::int64_t>(attachments);
  });
}

// Names that the protocol's libraries use themselves.
bool isReserved(std::string_view event) {
  static constexpr std::array<std::string_view, 6> kReserved{
      "connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"};
  return std::find(kReserved.begin(), kReserved.end(), event) != kReserved.end();
}

Result<void> checkShape(const SocketPacket& packet) {
  const json& data = packet.data;
  switch (packet.type) {
    case SocketPacketType::kConnect:
      if (!data.is_null() && !data.is_object()) return invalid("auth must be an object");
      return {};
    case SocketPacketType::kDisconnect:
      if (!data.is_null()) return invalid("a disconnect carries nothing");
      return {};
    case SocketPacketType::kEvent:
    case SocketPacketType::kBinaryEvent:
      if (!data.is_array() || data.empty() || !data[0].is_string()) {
        return invalid("an event is an array that starts with its name");
      }
      if (isReserved(data[0].get_ref<const std::string&>())) return invalid("reserved event name");
      break;
    case SocketPacketType::kAck:
    case SocketPacketType::kBinaryAck:
      if (!data.is_array() || !packet.id)
        return invalid("an acknowledgement is an array with an id");
      break;
    case SocketPacketType::kConnectError:
      return invalid("a client does not send connect_error");
  }
  if (!placeholdersWithin(data, packet.attachments)) return invalid("bad attachment placeholder");
  return {};
}

}  // namespace

Result<SocketPacket> parseSocketPacket(std::string_view text, const SocketPacketLimits& limits) {
  if (text.empty() || text[0] < '0' || text[0] > '6') return invalid("unknown packet type");
  SocketPacket packet;
  packet.type = static_cast<SocketPacketType>(text[0] - '0');
  text.remove_prefix(1);
  if (isBinary(packet.type)) {
    const auto count = takeNumber(text);
    if (!count || text.empty() || text[0] != '-')
      return invalid("number of attachments is missing");
    if (*count > static_cast<std::int64_t>(limits.maxAttachments)) {
      return Error(ErrorCode::kTooLarge,
                   fmt::format("an event may carry {} attachments at most", limits.maxAttachments));
    }
    packet.attachments = static_cast<std::size_t>(*count);
    text.remove_prefix(1);
  }
  if (!text.empty() && text[0] == '/') {
    const auto comma = std::min(text.find(','), text.size());
    packet.nsp = text.substr(0, comma);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  packet.id = takeNumber(text);
  if (!text.empty()) {
    auto data = parseJson(text, limits.maxJsonDepth);
    if (!data) return data.error();
    packet.data = std::move(data).valueOrThrow();
  }
  if (auto shape = checkShape(packet); !shape) return shape.error();
  return packet;
}

std::string socketPacketHead(SocketPacketType type, std::string_view nsp, std::size_t attachments,
                             std::optional<std::int64_t> id) {
  std::string head(1, static_cast<char>('0' + static_cast<int>(type)));
  if (isBinary(type)) head += std::to_string(attachments) + '-';
  if (nsp != "/") {
    head += nsp;
    head += ',';
  }
  if (id) head += std::to_string(*id);
  return head;
}

std::string packetArguments(const json& args, std::size_t attachments) {
  std::vector<bool> named(attachments, false);
  const bool within = forEachPlaceholder(args, [&](std::int64_t number) {
    if (number < 0 || number >= static_cast<std::int64_t>(attachments)) return false;
    named[static_cast<std::size_t>(number)] = true;
    return true;
  });
  if (!within) throw Error(ErrorCode::kInternal, "an event names an attachment that it lacks");
  std::string text;
  const auto append = [&](const std::string& argument) {
    if (!text.empty()) text += ',';
    text += argument;
  };
  if (args.is_array()) {
    for (const auto& argument : args) append(dumpJson(argument));
  } else if (!args.is_null()) {
    append(dumpJson(args));
  }
  for (std::size_t i = 0; i < attachments; ++i) {
    if (!named[i]) append(fmt::format("{{\"_placeholder\":true,\"num\":{}}}", i));
  }
  return text;
}

}  // namespace dju::server
