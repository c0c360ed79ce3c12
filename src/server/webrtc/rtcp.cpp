#include "server/webrtc/rtcp.h"

namespace dju::server::webrtc {
namespace {

constexpr std::uint8_t kSenderReport = 200;
constexpr std::uint8_t kReceiverReport = 201;
constexpr std::uint8_t kDescription = 202;
constexpr std::uint8_t kGoodbye = 203;
constexpr std::uint8_t kTransportFeedback = 205;
constexpr std::uint8_t kGenericNack = 1;  // format of transport feedback
constexpr std::size_t kReportBytes = 24;
constexpr std::size_t kMaxMissing = 512;
constexpr std::size_t kMaxReports = 32;

std::size_t begin(Bytes& out, int count, std::uint8_t type, std::uint32_t ssrc) {
  const std::size_t start = out.size();
  out.push_back(static_cast<std::uint8_t>(0x80 | count));
  out.push_back(type);
  append16(out, 0);
  append32(out, ssrc);
  return start;
}

void end(Bytes& out, std::size_t start) {
  write16(out.data() + start + 2, static_cast<std::uint32_t>((out.size() - start) / 4 - 1));
}

void appendDescription(Bytes& out, std::uint32_t ssrc, std::string_view cname) {
  const std::size_t start = begin(out, 1, kDescription, ssrc);
  out.push_back(1);  // CNAME
  out.push_back(static_cast<std::uint8_t>(cname.size()));
  append(out, {reinterpret_cast<const std::uint8_t*>(cname.data()), cname.size()});
  do out.push_back(0);  // ends the items, and fills the word
  while ((out.size() - start) % 4 != 0);
  end(out, start);
}

ReceptionReport readReport(const std::uint8_t* p) {
  ReceptionReport report;
  report.ssrc = read32(p);
  report.fractionLost = p[4];
  const std::uint32_t lost = read32(p + 4) & 0xffffff;
  report.cumulativeLost = static_cast<std::int32_t>(lost << 8) >> 8;
  report.highestSequence = read32(p + 8);
  report.jitter = read32(p + 12);
  report.lastReport = read32(p + 16);
  report.delay = read32(p + 20);
  return report;
}

bool takeReports(ByteView blocks, int count, ViewerFeedback& feedback) {
  if (blocks.size() < static_cast<std::size_t>(count) * kReportBytes) return false;
  for (int i = 0; i < count && feedback.reports.size() < kMaxReports; ++i) {
    feedback.reports.push_back(
        readReport(blocks.data() + static_cast<std::size_t>(i) * kReportBytes));
  }
  return true;
}

void takeMissing(ByteView pairs, ViewerFeedback& feedback) {
  for (std::size_t i = 0; i + 4 <= pairs.size(); i += 4) {
    const std::uint16_t first = read16(pairs.data() + i);
    const std::uint32_t mask = read16(pairs.data() + i + 2);
    for (int bit = -1; bit < 16; ++bit) {
      if (bit >= 0 && (mask >> bit & 1) == 0) continue;
      if (feedback.missing.size() == kMaxMissing) return;
      feedback.missing.push_back(static_cast<std::uint16_t>(first + bit + 1));
    }
  }
}

// One packet of the compound, without padding; `count` is the header's five-bit field.
bool takePacket(std::uint8_t type, int count, ByteView body, ViewerFeedback& feedback) {
  switch (type) {
    case kSenderReport:
      return body.size() >= 24 && takeReports(body.subspan(24), count, feedback);
    case kReceiverReport:
      return body.size() >= 4 && takeReports(body.subspan(4), count, feedback);
    case kGoodbye:
      if (body.size() < 4 * static_cast<std::size_t>(count)) return false;
      for (int i = 0; i < count; ++i) feedback.goodbyes.push_back(read32(body.data() + 4 * i));
      return true;
    case kTransportFeedback:
      if (body.size() < 8) return false;
      if (count == kGenericNack) takeMissing(body.subspan(8), feedback);
      return true;
    default:
      return true;  // other kinds are none of our business
  }
}

}  // namespace

Bytes senderReport(const SenderReport& report, std::string_view cname) {
  Bytes out;
  const std::size_t start = begin(out, 0, kSenderReport, report.ssrc);
  append32(out, static_cast<std::uint32_t>(report.ntp >> 32));
  append32(out, static_cast<std::uint32_t>(report.ntp));
  append32(out, report.rtpTimestamp);
  append32(out, report.packets);
  append32(out, report.octets);
  end(out, start);
  appendDescription(out, report.ssrc, cname);
  return out;
}

Bytes goodbye(const SenderReport& report, std::string_view cname) {
  Bytes out = senderReport(report, cname);
  end(out, begin(out, 1, kGoodbye, report.ssrc));
  return out;
}

Bytes receiverReport(std::uint32_t ownSsrc, const ReceptionReport& report) {
  Bytes out;
  const std::size_t start = begin(out, 1, kReceiverReport, ownSsrc);
  append32(out, report.ssrc);
  append32(out, static_cast<std::uint32_t>(report.fractionLost) << 24 |
                    (static_cast<std::uint32_t>(report.cumulativeLost) & 0xffffff));
  append32(out, report.highestSequence);
  append32(out, report.jitter);
  append32(out, report.lastReport);
  append32(out, report.delay);
  end(out, start);
  return out;
}

Bytes nack(std::uint32_t ownSsrc, std::uint32_t mediaSsrc, ByteView packetIdAndMaskWords) {
  Bytes out;
  const std::size_t start = begin(out, kGenericNack, kTransportFeedback, ownSsrc);
  append32(out, mediaSsrc);
  append(out, packetIdAndMaskWords);
  end(out, start);
  return out;
}

Bytes bye(std::uint32_t ownSsrc) {
  Bytes out;
  end(out, begin(out, 1, kGoodbye, ownSsrc));
  return out;
}

bool parseRtcp(ByteView packet, ViewerFeedback& feedback) {
  while (!packet.empty()) {
    if (packet.size() < 4 || packet[0] >> 6 != 2) return false;
    const std::size_t size = 4 * (std::size_t{read16(packet.data() + 2)} + 1);
    if (size > packet.size()) return false;
    std::size_t body = size - 4;
    if ((packet[0] & 0x20) != 0) {  // padding: its length is its last byte
      const std::size_t padding = body > 0 ? packet[size - 1] : 0;
      if (padding == 0 || padding > body) return false;
      body -= padding;
    }
    if (!takePacket(packet[1], packet[0] & 0x1f, packet.subspan(4, body), feedback)) return false;
    packet = packet.subspan(size);
  }
  return true;
}

std::uint64_t ntpTime(std::chrono::system_clock::time_point time) {
  constexpr std::uint64_t kUnixEpoch = 2208988800;  // seconds from 1900 to 1970
  const auto ns =
      std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
  const auto seconds = static_cast<std::uint64_t>(ns / 1000000000);
  const auto fraction = (static_cast<std::uint64_t>(ns % 1000000000) << 32) / 1000000000;
  return (seconds + kUnixEpoch) << 32 | fraction;
}

}  // namespace dju::server::webrtc
