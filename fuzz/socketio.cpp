// Socket.IO packets of a stranger: what the parser accepts has the promised shape and, written
// again, reads as the same packet.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "server/net/http_text.h"
#include "server/net/socket_io_packet.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dju::server;
  const SocketPacketLimits limits{8, 32};
  const auto parsed = parseSocketPacket({reinterpret_cast<const char*>(data), size}, limits);
  if (!parsed) return 0;
  const SocketPacket& packet = *parsed;
  const bool event =
      packet.type == SocketPacketType::kEvent || packet.type == SocketPacketType::kBinaryEvent;
  if (event && (!packet.data.is_array() || !packet.data[0].is_string())) std::abort();
  if (packet.attachments > limits.maxAttachments) std::abort();
  std::string text = socketPacketHead(packet.type, packet.nsp, packet.attachments, packet.id);
  if (!packet.data.is_null()) text += dumpJson(packet.data);
  const auto again = parseSocketPacket(text, limits);
  if (!again || again->nsp != packet.nsp || again->id != packet.id) std::abort();
  return 0;
}
