// STUN (RFC 8489) as far as an ICE-lite agent needs it: reading authenticated binding requests and
// answering them. Strangers' bytes: every length is checked (fuzz/stun.cpp). Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "server/webrtc/bytes.h"
#include "server/webrtc/socket_address.h"

namespace dju::server::webrtc {

enum class StunType : std::uint16_t {
  kBindingRequest = 0x0001,
  kBindingIndication = 0x0011,
  kBindingResponse = 0x0101,
  kBindingError = 0x0111,
};

// A parsed message; the views point into the packet that it was parsed from.
struct StunMessage {
  StunType type{};
  ByteView packet;
  ByteView transactionId;                      // 12 bytes
  std::string_view username;                   // "ours:theirs"
  std::optional<std::size_t> integrityOffset;  // of the MESSAGE-INTEGRITY attribute
  bool fingerprintValid = false;
  bool useCandidate = false;
  std::optional<SocketAddress> mapped;  // XOR-MAPPED-ADDRESS
  // A required attribute (type below 0x8000) that we do not know.
  std::optional<std::uint16_t> unknownAttribute;

  // The part of the username before the colon: the local fragment of the receiver.
  std::string_view localFragment() const;
};

// Nothing if the packet is not a well-formed STUN message.
std::optional<StunMessage> parseStun(ByteView packet);

// Whether MESSAGE-INTEGRITY is present and made with `password`.
bool verifyIntegrity(const StunMessage& message, std::string_view password);

// A success response to `request` that tells the client its address.
Bytes stunResponse(const StunMessage& request, const SocketAddress& mapped,
                   std::string_view password);

// A request as clients send it (tests, load generator).
Bytes stunRequest(ByteView transactionId, std::string_view username, std::string_view password,
                  bool useCandidate);

}  // namespace dju::server::webrtc
