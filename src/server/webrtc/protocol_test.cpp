// STUN, SDP, RTCP, packet kinds and the timeline: pure functions on bytes and text.
#include <gtest/gtest.h>

#include "server/webrtc/media_timeline.h"
#include "server/webrtc/packet_kind.h"
#include "server/webrtc/rtcp.h"
#include "server/webrtc/sdp.h"
#include "server/webrtc/stun.h"

namespace dju::server::webrtc {
namespace {

// RFC 5769, 2.1: sample request (a published test vector).
const Bytes kRfcRequest{
    0x00, 0x01, 0x00, 0x58, 0x21, 0x12, 0xa4, 0x42, 0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86,
    0xfa, 0x87, 0xdf, 0xae, 0x80, 0x22, 0x00, 0x10, 0x53, 0x54, 0x55, 0x4e, 0x20, 0x74, 0x65, 0x73,
    0x74, 0x20, 0x63, 0x6c, 0x69, 0x65, 0x6e, 0x74, 0x00, 0x24, 0x00, 0x04, 0x6e, 0x00, 0x01, 0xff,
    0x80, 0x29, 0x00, 0x08, 0x93, 0x2f, 0xf9, 0xb1, 0x51, 0x26, 0x3b, 0x36, 0x00, 0x06, 0x00, 0x09,
    0x65, 0x76, 0x74, 0x6a, 0x3a, 0x68, 0x36, 0x76, 0x59, 0x20, 0x20, 0x20, 0x00, 0x08, 0x00, 0x14,
    0x9a, 0xea, 0xa7, 0x0c, 0xbf, 0xd8, 0xcb, 0x56, 0x78, 0x1e, 0xf2, 0xb5, 0xb2, 0xd3, 0xf2, 0x49,
    0xc1, 0xb5, 0x71, 0xa2, 0x80, 0x28, 0x00, 0x04, 0xe5, 0x7a, 0x3b, 0xcf};
constexpr std::string_view kRfcPassword = "VOkJxbRl1RmTxUk/WvJxBt";

TEST(Stun, ReadsTheRfcsRequest) {
  const auto message = parseStun(kRfcRequest);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->type, StunType::kBindingRequest);
  EXPECT_EQ(message->username, "evtj:h6vY");
  EXPECT_EQ(message->localFragment(), "evtj");
  EXPECT_TRUE(message->fingerprintValid);
  EXPECT_TRUE(verifyIntegrity(*message, kRfcPassword));
  EXPECT_FALSE(verifyIntegrity(*message, "VOkJxbRl1RmTxUk/WvJxBu"));
}

TEST(Stun, RefusesEveryTruncation) {
  for (std::size_t size = 0; size < kRfcRequest.size(); ++size) {
    EXPECT_FALSE(parseStun(ByteView(kRfcRequest).first(size))) << size;
  }
}

TEST(Stun, AnswersWithTheAddressThatItSaw) {
  for (const char* host : {"192.0.2.1", "2001:db8:1234:5678:11:2233:4455:6677"}) {
    const auto address = *SocketAddress::parse(host, 32853);
    const auto request = parseStun(kRfcRequest);
    const Bytes bytes = stunResponse(*request, address, kRfcPassword);
    const auto answer = parseStun(bytes);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->type, StunType::kBindingResponse);
    ASSERT_TRUE(answer->mapped);
    EXPECT_EQ(*answer->mapped, address);
    EXPECT_TRUE(answer->fingerprintValid);
    EXPECT_TRUE(verifyIntegrity(*answer, kRfcPassword));
  }
}

TEST(PacketKind, FollowsRfc7983) {
  const auto kind = [](std::uint8_t first, std::uint8_t second) {
    const Bytes packet{first, second, 0, 0, 0, 0, 0, 0};
    return packetKind(packet);
  };
  EXPECT_EQ(kind(0, 1), PacketKind::kStun);
  EXPECT_EQ(kind(3, 0), PacketKind::kStun);
  EXPECT_EQ(kind(4, 0), PacketKind::kUnknown);
  EXPECT_EQ(kind(20, 254), PacketKind::kDtls);
  EXPECT_EQ(kind(63, 254), PacketKind::kDtls);
  EXPECT_EQ(kind(64, 0), PacketKind::kUnknown);
  EXPECT_EQ(kind(128, 111), PacketKind::kRtp);
  EXPECT_EQ(kind(128, 192), PacketKind::kRtcp);
  EXPECT_EQ(kind(191, 223), PacketKind::kRtcp);
  EXPECT_EQ(kind(191, 224), PacketKind::kRtp);
  EXPECT_EQ(kind(192, 200), PacketKind::kUnknown);
  EXPECT_EQ(packetKind(Bytes{}), PacketKind::kUnknown);
}

const std::string kPrint =
    "AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:"
    "99";

std::string offerWith(const std::string& audio, const std::string& session = "") {
  return "v=0\r\no=- 46 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE v0 a1\r\n" + session +
         "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:v0\r\na=rtpmap:96 VP8/90000\r\n" + audio;
}

const std::string kAudio =
    "m=audio 9 UDP/TLS/RTP/SAVPF 111 63\r\nc=IN IP4 0.0.0.0\r\na=ice-ufrag:AbCd\r\n"
    "a=ice-pwd:0123456789abcdefghijklmn\r\na=fingerprint:sha-256 " +
    kPrint +
    "\r\na=setup:actpass\r\na=mid:a1\r\na=recvonly\r\na=rtcp-mux\r\na=rtpmap:111 opus/48000/2\r\n"
    "a=rtcp-fb:111 transport-cc\r\na=rtcp-fb:111 nack\r\na=fmtp:111 "
    "minptime=10;useinbandfec=1;stereo=1\r\n"
    "a=rtpmap:63 red/48000/2\r\n";

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), with);
}

TEST(Sdp, AnswersABrowserAndRefusesItsVideo) {
  const auto offer = parseOffer(offerWith(kAudio));
  ASSERT_TRUE(offer.ok()) << offer.error().what();
  EXPECT_EQ(offer->payloadType, 111);
  EXPECT_TRUE(offer->stereo);
  EXPECT_TRUE(offer->nack);
  SdpAnswer answer;
  answer.iceUfrag = "ours";
  answer.icePwd = "ourpasswordourpassword";
  answer.candidates = {*SocketAddress::parse("192.0.2.7", 8081),
                       *SocketAddress::parse("2001:db8::1", 8081)};
  const std::string text = formatAnswer(*offer, answer);
  for (const char* wanted :
       {"a=ice-lite\r\n", "a=group:BUNDLE a1\r\n", "m=video 0 UDP/TLS/RTP/SAVPF 96\r\n",
        "a=mid:v0\r\n", "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n", "a=mid:a1\r\n",
        "a=setup:passive\r\n", "a=rtcp-mux\r\n", "a=sendonly\r\n", "a=rtcp-fb:111 nack\r\n",
        "stereo=1;sprop-stereo=1", "192.0.2.7 8081 typ host\r\n", "2001:db8::1 8081 typ host\r\n",
        "a=end-of-candidates\r\n"}) {
    EXPECT_NE(text.find(wanted), std::string::npos) << wanted << "\nin\n" << text;
  }
}

// As Chromium offers it beside sound that it receives.
TEST(Sdp, AcceptsADataChannelForWhoMayHaveOne) {
  const std::string session =
      "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n";
  const std::string rest =
      "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=ice-ufrag:abcd\r\n"
      "a=ice-pwd:abcdefghijklmnopqrstuv\r\na=fingerprint:sha-256 " +
      formatFingerprint({}) +
      "\r\na=setup:actpass\r\na=recvonly\r\na=rtcp-mux\r\na=rtpmap:111 opus/48000/2\r\n"
      "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:1\r\na=sctp-port:5000\r\n"
      "a=max-message-size:262144\r\n";
  const auto offer = parseOffer(session + rest);
  ASSERT_TRUE(offer.ok()) << offer.error().what();
  ASSERT_TRUE(offer->data);
  EXPECT_EQ(*offer->data, 1u);
  SdpAnswer answer;
  answer.data = true;
  const std::string with = formatAnswer(*offer, answer);
  EXPECT_NE(with.find("a=group:BUNDLE 0 1\r\n"), std::string::npos);
  EXPECT_NE(with.find("m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n"), std::string::npos);
  EXPECT_NE(with.find("a=sctp-port:5000\r\n"), std::string::npos);
  answer.data = false;
  const std::string without = formatAnswer(*offer, answer);
  EXPECT_NE(without.find("a=group:BUNDLE 0\r\n"), std::string::npos);
  EXPECT_NE(without.find("m=application 0 UDP/DTLS/SCTP webrtc-datachannel\r\n"),
            std::string::npos);
  const auto apart = parseOffer("v=0\r\na=group:BUNDLE 0\r\n" + rest);
  ASSERT_TRUE(apart.ok()) << apart.error().what();
  EXPECT_FALSE(apart->data) << "a channel with a way of its own";
}

TEST(Sdp, TakesTheClientsPayloadTypeAndSpelling) {
  std::string audio = kAudio;
  for (std::size_t at = 0; (at = audio.find("111", at)) != std::string::npos;)
    audio.replace(at, 3, "97");
  const auto offer = parseOffer(offerWith(replaced(audio, "opus/48000", "OPUS/48000")));
  ASSERT_TRUE(offer.ok()) << offer.error().what();
  EXPECT_NE(formatAnswer(*offer, {}).find("a=rtpmap:97 OPUS/48000/2\r\n"), std::string::npos);
}

// As Firefox writes it: the fingerprint for the whole session, RTX-less lines, its own order.
TEST(Sdp, AnswersFirefox) {
  const std::string offer =
      "v=0\r\no=mozilla...THIS_IS_SDPARTA-99.0 4611686018427387904 0 IN IP4 0.0.0.0\r\ns=-\r\nt=0 "
      "0\r\na=fingerprint:sha-256 " +
      kPrint +
      "\r\na=group:BUNDLE 0\r\na=ice-options:trickle\r\na=msid-semantic:WMS *\r\n"
      "m=audio 9 UDP/TLS/RTP/SAVPF 109 9 0 8 101\r\nc=IN IP4 0.0.0.0\r\na=recvonly\r\n"
      "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n"
      "a=fmtp:109 maxplaybackrate=48000;stereo=1;useinbandfec=1\r\na=fmtp:101 0-15\r\n"
      "a=ice-pwd:0d1bd7a87c1d2bdb1ef3ba4fe6acd4f0\r\na=ice-ufrag:83f0ec0b\r\na=mid:0\r\n"
      "a=rtcp-mux\r\na=rtpmap:109 opus/48000/2\r\na=rtpmap:9 G722/8000/1\r\n"
      "a=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000/1\r\n"
      "a=setup:actpass\r\na=ssrc:3464951536 cname:{f8d6e1c7-0000-4000-8000-000000000000}\r\n";
  const auto parsed = parseOffer(offer);
  ASSERT_TRUE(parsed.ok()) << parsed.error().what();
  EXPECT_EQ(parsed->payloadType, 109);
  EXPECT_TRUE(parsed->stereo);
  EXPECT_FALSE(parsed->nack);
  const std::string answer = formatAnswer(*parsed, {});
  EXPECT_NE(answer.find("m=audio 9 UDP/TLS/RTP/SAVPF 109\r\n"), std::string::npos);
  EXPECT_EQ(answer.find("a=rtcp-fb:109 nack"), std::string::npos);  // not offered, not promised
}

// As GStreamer's webrtcbin writes it: credentials in the section, its payload type, capitals.
TEST(Sdp, AnswersGStreamer) {
  const std::string offer =
      "v=0\r\no=- 2912836418420021843 0 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=ice-options:trickle\r\n"
      "a=group:BUNDLE audio0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 97\r\nc=IN IP4 0.0.0.0\r\n"
      "a=setup:actpass\r\na=ice-ufrag:pL3ZcZtmYNYbsbVYSmZTLzzkQZRJZnqz\r\n"
      "a=ice-pwd:m2DbYzVgpGXUTvcZ8fgAxnLJ0cMJYvPJ\r\na=rtcp-mux\r\na=rtcp-rsize\r\na=recvonly\r\n"
      "a=rtpmap:97 OPUS/48000/2\r\na=rtcp-fb:97 nack pli\r\na=mid:audio0\r\n"
      "a=fingerprint:sha-256 " +
      kPrint + "\r\na=candidate:1 1 UDP 2015363327 192.0.2.4 44323 typ host\r\n";
  const auto parsed = parseOffer(offer);
  ASSERT_TRUE(parsed.ok()) << parsed.error().what();
  EXPECT_EQ(parsed->payloadType, 97);
  EXPECT_FALSE(parsed->nack);  // "nack pli" asks for pictures, not for packets
  const std::string answer = formatAnswer(*parsed, {});
  EXPECT_NE(answer.find("a=mid:audio0\r\n"), std::string::npos);
  EXPECT_NE(answer.find("a=rtpmap:97 OPUS/48000/2\r\n"), std::string::npos);
}

TEST(Sdp, TakesCredentialsOfTheSession) {
  std::string audio = replaced(kAudio, "a=fingerprint:sha-256 " + kPrint + "\r\n", "");
  EXPECT_FALSE(parseOffer(offerWith(audio)).ok());
  EXPECT_TRUE(parseOffer(offerWith(audio, "a=fingerprint:sha-256 " + kPrint + "\r\n")).ok());
}

TEST(Sdp, RefusesWhatWouldNotWork) {
  const auto code = [](const std::string& what, const std::string& with) {
    const auto offer = parseOffer(offerWith(replaced(kAudio, what, with)));
    return offer.ok() ? ErrorCode::kInternal : offer.error().code();
  };
  EXPECT_EQ(code("a=rtcp-mux\r\n", ""), ErrorCode::kUnsupported);
  EXPECT_EQ(code("setup:actpass", "setup:passive"), ErrorCode::kUnsupported);
  EXPECT_EQ(code("recvonly", "sendonly"), ErrorCode::kUnsupported);
  EXPECT_EQ(code("opus/48000/2", "PCMU/8000"), ErrorCode::kUnsupported);
  EXPECT_EQ(code("sha-256", "sha-1"), ErrorCode::kUnsupported);
  EXPECT_EQ(code("AbCd", "A d"), ErrorCode::kInvalid);
  EXPECT_EQ(code("mid:a1", "mid:a\"1"), ErrorCode::kInvalid);
  EXPECT_EQ(parseOffer("").error().code(), ErrorCode::kInvalid);
  EXPECT_EQ(parseOffer("GET / HTTP/1.1\r\n").error().code(), ErrorCode::kInvalid);
  EXPECT_EQ(parseOffer(std::string(kMaxSdpBytes + 1, 'a')).error().code(), ErrorCode::kTooLarge);
}

TEST(Sdp, ChecksCandidates) {
  EXPECT_TRUE(validCandidate(""));
  EXPECT_TRUE(
      validCandidate("candidate:1 1 udp 2113937151 0a1b2c3d.local 50000 typ host generation 0"));
  EXPECT_TRUE(
      validCandidate("a=candidate:2 1 TCP 1 2001:db8::1 9 typ relay raddr 0.0.0.0 rport 0"));
  EXPECT_FALSE(validCandidate("candidate:1 1 udp 2113937151 192.0.2.1 70000 typ host"));
  EXPECT_FALSE(validCandidate("candidate:1 1 udp 1 192.0.2.1 5 typ guest"));
}

TEST(Rtcp, ReadsWhatViewersSend) {
  Bytes words;
  append16(words, 65535);
  append16(words, 0x8001);
  Bytes packet = receiverReport(1, {9, 64, -2, 70000, 480, 5, 6});
  append(packet, nack(1, 9, words));
  append(packet, bye(1));
  ViewerFeedback feedback;
  ASSERT_TRUE(parseRtcp(packet, feedback));
  ASSERT_EQ(feedback.reports.size(), 1u);
  EXPECT_EQ(feedback.reports[0].fractionLost, 64);
  EXPECT_EQ(feedback.reports[0].cumulativeLost, -2);
  EXPECT_EQ(feedback.reports[0].jitter, 480u);
  EXPECT_EQ(feedback.missing, (std::vector<std::uint16_t>{65535, 0, 15}));
  EXPECT_EQ(feedback.goodbyes, std::vector<std::uint32_t>{1});
  for (std::size_t size = 1; size < packet.size(); ++size) {
    ViewerFeedback ignored;
    parseRtcp(ByteView(packet).first(size), ignored);  // must not read beyond
  }
}

TEST(MediaTimeline, TurnsAStallIntoAJumpOfRtpTime) {
  using std::chrono::milliseconds;
  const MediaTimeline::TimePoint start{};
  MediaTimeline timeline(1000);
  EXPECT_TRUE(timeline.begin(0, 240, start));
  timeline.advance(960);
  EXPECT_FALSE(timeline.begin(960, 1200, start + milliseconds(20)));
  EXPECT_EQ(timeline.rtp(), 1960u);
  timeline.advance(960);
  // The engine stood still for 200 ms and goes on with the next frame.
  EXPECT_TRUE(timeline.begin(1920, 2160, start + milliseconds(240)));
  EXPECT_EQ(timeline.rtp(), 2920u + 9600u);
  EXPECT_EQ(timeline.frame(), 1920);
}

TEST(MediaTimeline, DoesNotTakeItsOwnLatenessForAStall) {
  const MediaTimeline::TimePoint start{};
  MediaTimeline timeline(0);
  timeline.begin(0, 240, start);
  timeline.advance(960);
  // 200 ms late, but the queue shows that the engine went on.
  EXPECT_FALSE(timeline.begin(960, 1200 + 9600, start + std::chrono::milliseconds(220)));
  EXPECT_EQ(timeline.rtp(), 960u);
}

TEST(MediaTimeline, LostBlocksTakeTheirTime) {
  MediaTimeline timeline(0);
  timeline.begin(0, 240, {});
  timeline.advance(960);
  EXPECT_TRUE(timeline.begin(960 + 480, 960 + 720,
                             MediaTimeline::TimePoint{} + std::chrono::milliseconds(30)));
  EXPECT_EQ(timeline.rtp(), 960u + 480u);
}

}  // namespace
}  // namespace dju::server::webrtc
