// The half of SCTP that a page has, as far as tests of SctpReceiver need it: sets up the
// association and sends messages, one a packet. Header only; not for the product.
#pragma once

#include <string_view>

#include "server/webrtc/sctp_receiver.h"

namespace dju::server::webrtc {

class SctpPage {
 public:
  static constexpr std::uint32_t kTag = 0x0a0b0c0d;

  // Takes an answer; the packet to send next, or nothing.
  Bytes answered(ByteView answer) {
    if (answer.size() < 16 || answer[12] != 2) return {};  // INIT ACK
    peerTag_ = read32(answer.data() + 16);
    const ByteView cookie = answer.subspan(36, read16(answer.data() + 34) - 4u);
    return packet(peerTag_, 10, 0, cookie);
  }

  Bytes init(std::uint32_t firstTsn) {
    next_ = firstTsn;
    Bytes value;
    append32(value, kTag);
    append32(value, 65536);
    append16(value, 1);
    append16(value, 1);
    append32(value, firstTsn);
    return packet(0, 1, 0, value);
  }

  // Flags 3: whole; 4 besides: unordered.
  Bytes say(std::string_view message, std::uint8_t flags = 7) {
    Bytes value;
    append32(value, next_++);
    append16(value, 0);   // stream
    append16(value, 0);   // its number there
    append32(value, 51);  // text (RFC 8831, 8)
    append(value, {reinterpret_cast<const std::uint8_t*>(message.data()), message.size()});
    return packet(peerTag_, 0, flags, value);
  }

  Bytes forward(std::uint32_t until) {
    Bytes value;
    append32(value, until);
    return packet(peerTag_, 192, 0, value);
  }

  static Bytes packet(std::uint32_t tag, std::uint8_t type, std::uint8_t flags, ByteView value) {
    Bytes out;
    append16(out, SctpReceiver::kPort);
    append16(out, SctpReceiver::kPort);
    append32(out, tag);
    append32(out, 0);
    out.push_back(type);
    out.push_back(flags);
    append16(out, static_cast<std::uint32_t>(4 + value.size()));
    append(out, value);
    while (out.size() % 4 != 0) out.push_back(0);
    write32(out.data() + 8, sctpChecksum(out));
    return out;
  }

  std::uint32_t peerTag() const { return peerTag_; }

 private:
  std::uint32_t peerTag_ = 0, next_ = 0;
};

}  // namespace dju::server::webrtc
