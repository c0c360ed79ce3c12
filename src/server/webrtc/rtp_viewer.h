// The sending side of one viewer: its packet index, its SRTP context, what it may ask for again,
// and its sender reports. Media thread.
//
// For resends only the shared encoded packet is kept, and protected once more: the same key, index
// and content give the same bytes, which a resend must be (anything else under a used index would
// break the cipher). Keeping protected packets would be 22 kB a viewer, cold in the cache each
// time.
#pragma once

#include <array>

#include "server/webrtc/opus_rung.h"
#include "server/webrtc/rtcp.h"
#include "server/webrtc/rung_choice.h"
#include "server/webrtc/session.h"

namespace dju::server::webrtc {

class RtpViewer {
 public:
  // `firstSequence` below 2^15, so that the first loss cannot hide a roll-over (RFC 3711, 3.3.1).
  RtpViewer(std::shared_ptr<Session> session, const SrtpKey& key, const Path& path,
            SteadyClock::time_point start, std::uint16_t firstSequence, int phase = 0);

  const Session& session() const { return *session_; }
  const Path& path() const { return path_; }
  void move(const Path& path) { path_ = path; }
  bool started(SteadyClock::time_point now) const { return now >= start_; }
  int framesPerPacket() const { return framesPerPacket_; }
  // With which of the frames that make a packet its packets leave, so that not all leave at once.
  int phase() const { return phase_; }

  using SharedPacket = std::shared_ptr<const OpusRung::Packet>;
  // Puts the next protected packet into `out`; empty if OpenSSL failed. `marked`: the first after a
  // gap.
  void next(std::uint32_t ssrc, const SharedPacket& packet, bool marked,
            SteadyClock::time_point now, Bytes& out);
  // The identical packet once more, or empty if it is too old (64 packets).
  void again(std::uint32_t ssrc, std::uint16_t sequence, Bytes& out);

  // The rung that its packets come from, and the one that they should come from by what its
  // receiver reports.
  int rung() const { return rung_; }
  void setRung(int kilobits);
  int wantedRung(SteadyClock::time_point now);

  // Due once a second from the first packet on.
  bool reportDue(SteadyClock::time_point now);
  void report(std::uint32_t ssrc, std::uint32_t rtpNow, bool last, Bytes& out);

 private:
  // More than 1 s of 20 ms packets.
  static constexpr std::size_t kRing = 64;
  struct Slot {
    std::uint64_t index = ~std::uint64_t{0};
    SharedPacket packet;
    bool marked = false;
  };
  void protect(const Slot& slot, std::uint32_t ssrc, Bytes& out);
  std::shared_ptr<Session> session_;
  SrtpSender srtp_;
  Path path_;
  SteadyClock::time_point start_;
  SteadyClock::time_point reported_{};
  int framesPerPacket_;
  int phase_;
  std::uint64_t index_;  // ROC << 16 | sequence number of the next packet
  RungChoice choice_;
  int rung_;
  std::uint32_t reportsTaken_ = 0;
  std::uint32_t packets_ = 0, octets_ = 0;
  std::array<Slot, kRing> ring_;
};

}  // namespace dju::server::webrtc
