// The receiving half of SCTP (RFC 9260) as a data channel's sender meets it inside DTLS (RFC 8261,
// 8831): the association is set up by the page, messages come in, acknowledgements go out. We send
// no message of our own, so there is nothing to resend and no timer. Unreliable channels are
// understood (FORWARD-TSN, RFC 3758). A message is given as soon as its packet is there, in
// whatever order packets come; only what fits into one packet is taken. Strangers' bytes
// (fuzz/sctp.cpp). Pure; one thread at a time.
#pragma once

#include <array>
#include <bitset>
#include <functional>

#include "server/webrtc/bytes.h"

namespace dju::server::webrtc {

class SctpReceiver {
 public:
  static constexpr std::uint16_t kPort = 5000;
  static constexpr std::size_t kMaxMessage = 1100;  // what a packet of ours holds, at most
  using Cookie = std::array<std::uint8_t, 16>;

  // Both random: our verification tag (not 0) and what the page must echo.
  SctpReceiver(std::uint32_t tag, const Cookie& cookie) : tag_(tag), cookie_(cookie) {}

  // Takes one packet and gives the messages in it; the packet to answer with, or nothing. False and
  // no answer for what is malformed or not of this association.
  using OnMessage = std::function<void(ByteView message)>;
  bool receive(ByteView packet, Bytes& answer, const OnMessage& onMessage);

  bool established() const { return state_ == State::kEstablished; }

 private:
  enum class State { kWaiting, kEstablished, kClosed };
  static constexpr std::uint32_t kWindow = 512;  // packets ahead of one that is missing

  bool takeChunk(std::uint8_t type, std::uint8_t flags, ByteView value, Bytes& answer,
                 const OnMessage& onMessage);
  bool takeInit(ByteView value, Bytes& answer);
  bool takeCookie(ByteView value, Bytes& answer);
  bool takeData(std::uint8_t flags, ByteView value, const OnMessage& onMessage);
  bool takeForward(ByteView value);
  void advance();
  void acknowledge(Bytes& answer) const;

  std::uint32_t tag_, peerTag_ = 0;
  Cookie cookie_;
  State state_ = State::kWaiting;
  std::uint32_t first_ = 0;       // TSN with which the peer begins
  std::uint32_t cumulative_ = 0;  // up to here nothing is missing
  std::bitset<kWindow> ahead_;    // bit n: cumulative_ + 1 + n is there; bit 0 never is
  bool acknowledgeDue_ = false;
};

// The checksum of SCTP packets: CRC32c (RFC 9260, appendix A), of `packet` with that field as 0.
std::uint32_t sctpChecksum(ByteView packet);

}  // namespace dju::server::webrtc
