#include "server/webrtc/rtp_viewer.h"

namespace dju::server::webrtc {
namespace {
constexpr std::size_t kRtpHeader = 12;
constexpr std::string_view kCname = "dju";
}  // namespace

RtpViewer::RtpViewer(std::shared_ptr<Session> session, const SrtpKey& key, const Path& path,
                     SteadyClock::time_point start, std::uint16_t firstSequence)
    : session_(std::move(session)),
      srtp_(key),
      path_(path),
      start_(start),
      framesPerPacket_(
          webrtc::framesPerPacket(session_->options.frameMs, session_->options.kilobits)),
      index_(firstSequence) {}

ByteView RtpViewer::next(std::uint32_t ssrc, const OpusRung::Packet& packet, bool marked) {
  const std::uint64_t index = index_++;
  Slot& slot = ring_[index % kRing];
  Bytes& out = slot.packet;
  out.resize(kRtpHeader);
  out[0] = 0x80;
  out[1] = static_cast<std::uint8_t>(session_->payloadType | (marked || packets_ == 0 ? 0x80 : 0));
  write16(out.data() + 2, static_cast<std::uint32_t>(index & 0xffff));
  write32(out.data() + 4, packet.rtpTimestamp);
  write32(out.data() + 8, ssrc);
  out.insert(out.end(), packet.payload.begin(), packet.payload.end());
  if (!srtp_.protectRtp(out, kRtpHeader, index)) {
    slot.index = ~std::uint64_t{0};
    return {};
  }
  slot.index = index;
  ++packets_;
  octets_ += static_cast<std::uint32_t>(packet.payload.size());
  if (session_->sent.fetch_add(1, std::memory_order_relaxed) == 0) {
    const auto joined = SteadyClock::now() - session_->created;
    session_->joinMs = std::chrono::duration_cast<std::chrono::milliseconds>(joined).count();
  }
  return out;
}

ByteView RtpViewer::again(std::uint16_t sequence) {
  const auto behind = static_cast<std::uint16_t>(static_cast<std::uint16_t>(index_) - sequence);
  if (behind == 0 || behind > kRing || behind > index_) return {};
  const std::uint64_t index = index_ - behind;
  const Slot& slot = ring_[index % kRing];
  return slot.index == index ? ByteView(slot.packet) : ByteView();
}

bool RtpViewer::reportDue(SteadyClock::time_point now) {
  if (packets_ == 0 || now - reported_ < std::chrono::seconds(1)) return false;
  reported_ = now;
  return true;
}

Bytes RtpViewer::report(std::uint32_t ssrc, std::uint32_t rtpNow, bool last) {
  const SenderReport report{ssrc, ntpTime(std::chrono::system_clock::now()), rtpNow, packets_,
                            octets_};
  Bytes packet = last ? goodbye(report, kCname) : senderReport(report, kCname);
  if (!srtp_.protectRtcp(packet)) packet.clear();
  return packet;
}

}  // namespace dju::server::webrtc
