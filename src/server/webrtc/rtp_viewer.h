// The sending side of one viewer: its packet index, its SRTP context, the packets that it may ask
// for again, and its sender reports. Media thread.
#pragma once

#include <array>

#include "server/webrtc/opus_rung.h"
#include "server/webrtc/rtcp.h"
#include "server/webrtc/session.h"

namespace dju::server::webrtc {

class RtpViewer {
 public:
  // `firstSequence` below 2^15, so that the first loss cannot hide a roll-over (RFC 3711, 3.3.1).
  RtpViewer(std::shared_ptr<Session> session, const SrtpKey& key, const Path& path,
            SteadyClock::time_point start, std::uint16_t firstSequence);

  const Session& session() const { return *session_; }
  const Path& path() const { return path_; }
  void move(const Path& path) { path_ = path; }
  bool started(SteadyClock::time_point now) const { return now >= start_; }
  int framesPerPacket() const { return framesPerPacket_; }

  // The protected packet, which stays until 64 more were made; empty if OpenSSL failed. `marked`:
  // the first after a gap.
  ByteView next(std::uint32_t ssrc, const OpusRung::Packet& packet, bool marked);
  // The identical packet once more, or empty if it is too old.
  ByteView again(std::uint16_t sequence);

  // Due once a second from the first packet on.
  bool reportDue(SteadyClock::time_point now);
  Bytes report(std::uint32_t ssrc, std::uint32_t rtpNow, bool last);

 private:
  // More than 1 s of 20 ms packets.
  static constexpr std::size_t kRing = 64;
  struct Slot {
    std::uint64_t index = ~std::uint64_t{0};
    Bytes packet;
  };
  std::shared_ptr<Session> session_;
  SrtpSender srtp_;
  Path path_;
  SteadyClock::time_point start_;
  SteadyClock::time_point reported_{};
  int framesPerPacket_;
  std::uint64_t index_;  // ROC << 16 | sequence number of the next packet
  std::uint32_t packets_ = 0, octets_ = 0;
  std::array<Slot, kRing> ring_;
};

}  // namespace dju::server::webrtc
