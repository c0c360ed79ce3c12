#include "server/webrtc/rtp_viewer.h"

#include <cstring>

namespace dju::server::webrtc {
namespace {
constexpr std::size_t kRtpHeader = 12;
constexpr std::string_view kCname = "dju";
}  // namespace

RtpViewer::RtpViewer(std::shared_ptr<Session> session, const SrtpKey& key, const Path& path,
                     SteadyClock::time_point start, std::uint16_t firstSequence, int phase)
    : session_(std::move(session)),
      srtp_(key),
      path_(path),
      start_(start),
      framesPerPacket_(
          webrtc::framesPerPacket(session_->options.frameMs, session_->options.kilobits)),
      phase_(phase),
      index_(firstSequence),
      choice_(session_->options.kilobits),
      rung_(session_->options.kilobits) {}

void RtpViewer::setRung(int kilobits) {
  rung_ = kilobits;
}

int RtpViewer::wantedRung(SteadyClock::time_point now) {
  const std::uint32_t reports = session_->reports.load(std::memory_order_relaxed);
  if (reports != reportsTaken_) {
    reportsTaken_ = reports;
    choice_.report(session_->fractionLost.load(std::memory_order_relaxed) / 256.0, now);
  }
  return choice_.kilobits();
}

void RtpViewer::next(std::uint32_t ssrc, const SharedPacket& packet, bool marked,
                     SteadyClock::time_point now, Bytes& out) {
  const std::uint64_t index = index_++;
  session_->kilobits.store(rung_, std::memory_order_relaxed);
  Slot& slot = ring_[index % kRing];
  slot = {index, packet, marked || packets_ == 0};
  protect(slot, ssrc, out);
  ++packets_;
  octets_ += static_cast<std::uint32_t>(packet->payload.size());
  if (session_->sent.fetch_add(1, std::memory_order_relaxed) == 0) {
    const auto joined = now - session_->created;
    session_->joinMs = std::chrono::duration_cast<std::chrono::milliseconds>(joined).count();
  }
}

void RtpViewer::again(std::uint32_t ssrc, std::uint16_t sequence, Bytes& out) {
  out.clear();
  const auto behind = static_cast<std::uint16_t>(static_cast<std::uint16_t>(index_) - sequence);
  if (behind == 0 || behind > kRing || behind > index_) return;
  const std::uint64_t index = index_ - behind;
  const Slot& slot = ring_[index % kRing];
  if (slot.index == index) protect(slot, ssrc, out);
}

void RtpViewer::protect(const Slot& slot, std::uint32_t ssrc, Bytes& out) {
  const Bytes& payload = slot.packet->payload;
  out.reserve(kRtpHeader + payload.size() + kMaxSrtpOverhead);
  out.resize(kRtpHeader + payload.size());
  out[0] = 0x80;
  out[1] = static_cast<std::uint8_t>(session_->payloadType | (slot.marked ? 0x80 : 0));
  write16(out.data() + 2, static_cast<std::uint32_t>(slot.index & 0xffff));
  write32(out.data() + 4, slot.packet->rtpTimestamp);
  write32(out.data() + 8, ssrc);
  std::memcpy(out.data() + kRtpHeader, payload.data(), payload.size());
  if (!srtp_.protectRtp(out, kRtpHeader, slot.index)) out.clear();
}

bool RtpViewer::reportDue(SteadyClock::time_point now) {
  if (packets_ == 0 || now - reported_ < std::chrono::seconds(1)) return false;
  reported_ = now;
  return true;
}

void RtpViewer::report(std::uint32_t ssrc, std::uint32_t rtpNow, bool last, Bytes& out) {
  const SenderReport report{ssrc, ntpTime(std::chrono::system_clock::now()), rtpNow, packets_,
                            octets_};
  out = last ? goodbye(report, kCname) : senderReport(report, kCname);
  if (!srtp_.protectRtcp(out)) out.clear();
}

}  // namespace dju::server::webrtc
