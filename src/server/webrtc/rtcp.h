// RTCP (RFC 3550, 4585): the sender reports that we write and the reports, resend requests and
// farewells that viewers send. What is parsed has passed SRTCP, but is a stranger's all the same
// (fuzz/rtcp.cpp). Pure; any thread.
#pragma once

#include <chrono>
#include <string_view>

#include "server/webrtc/bytes.h"

namespace dju::server::webrtc {

struct SenderReport {
  std::uint32_t ssrc = 0;
  std::uint64_t ntp = 0;  // 32.32 seconds since 1900
  std::uint32_t rtpTimestamp = 0;
  std::uint32_t packets = 0;
  std::uint32_t octets = 0;
};

struct ReceptionReport {
  std::uint32_t ssrc = 0;         // of the stream reported on
  std::uint8_t fractionLost = 0;  // of 256, in the last interval
  std::int32_t cumulativeLost = 0;
  std::uint32_t highestSequence = 0;
  std::uint32_t jitter = 0;      // timestamp units
  std::uint32_t lastReport = 0;  // middle 32 bits of the last sender report's NTP time
  std::uint32_t delay = 0;       // since then, in 1/65536 s
};

// What a viewer's compound packet says.
struct ViewerFeedback {
  std::vector<ReceptionReport> reports;
  std::vector<std::uint16_t> missing;  // sequence numbers asked for again, in order
  std::vector<std::uint32_t> goodbyes;
};

// Sender report and SDES with the canonical name, one compound packet.
Bytes senderReport(const SenderReport& report, std::string_view cname);
// The same with BYE at its end.
Bytes goodbye(const SenderReport& report, std::string_view cname);
// What a viewer sends (tests, load generator).
Bytes receiverReport(std::uint32_t ownSsrc, const ReceptionReport& report);
Bytes nack(std::uint32_t ownSsrc, std::uint32_t mediaSsrc, ByteView packetIdAndMaskWords);
Bytes bye(std::uint32_t ownSsrc);

// Adds what `packet` says to `feedback`; false at the first malformed part. At most 512 missing
// packets and 32 reports are taken.
bool parseRtcp(ByteView packet, ViewerFeedback& feedback);

std::uint64_t ntpTime(std::chrono::system_clock::time_point time);
inline std::uint32_t ntpMiddle(std::uint64_t ntp) {
  return static_cast<std::uint32_t>(ntp >> 16);
}

}  // namespace dju::server::webrtc
