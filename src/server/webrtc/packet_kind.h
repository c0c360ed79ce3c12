// What a datagram on the media port is, by its first bytes (RFC 7983). Strangers' bytes; pure.
#pragma once

#include "server/webrtc/bytes.h"

namespace dju::server::webrtc {

enum class PacketKind { kStun, kDtls, kRtp, kRtcp, kUnknown };

inline PacketKind packetKind(ByteView packet) {
  if (packet.size() < 8) return PacketKind::kUnknown;
  const std::uint8_t first = packet[0];
  if (first <= 3) return PacketKind::kStun;
  if (first >= 20 && first <= 63) return PacketKind::kDtls;
  if (first < 128 || first > 191) return PacketKind::kUnknown;
  return packet[1] >= 192 && packet[1] <= 223 ? PacketKind::kRtcp : PacketKind::kRtp;
}

}  // namespace dju::server::webrtc
