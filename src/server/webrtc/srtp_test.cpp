// Our SRTP against libsrtp2, in both profiles, both directions, over a roll-over.
#include "server/webrtc/srtp.h"

#include <gtest/gtest.h>
#include <srtp2/srtp.h>

#include "server/webrtc/rtcp.h"

namespace dju::server::webrtc {
namespace {

constexpr std::uint32_t kSsrc = 0xcafebabe;

SrtpKey testKey(SrtpProfile profile) {
  SrtpKey key;
  key.profile = profile;
  for (std::size_t i = 0; i < key.key.size(); ++i)
    key.key[i] = static_cast<std::uint8_t>(7 * i + 1);
  for (std::size_t i = 0; i < srtpSaltBytes(profile); ++i)
    key.salt[i] = static_cast<std::uint8_t>(11 * i + 3);
  return key;
}

Bytes rtpPacket(std::uint16_t sequence) {
  Bytes packet{0x80, 111};
  append16(packet, sequence);
  append32(packet, 960u * sequence);
  append32(packet, kSsrc);
  for (int i = 0; i < 100; ++i) packet.push_back(static_cast<std::uint8_t>(i + sequence));
  return packet;
}

// libsrtp as the other side.
class Oracle {
 public:
  Oracle(const SrtpKey& key, srtp_ssrc_type_t direction) {
    static const bool ready = srtp_init() == srtp_err_status_ok;
    EXPECT_TRUE(ready);
    srtp_policy_t policy{};
    if (key.profile == SrtpProfile::kAeadAes128Gcm) {
      srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtp);
      srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtcp);
    } else {
      srtp_crypto_policy_set_rtp_default(&policy.rtp);
      srtp_crypto_policy_set_rtcp_default(&policy.rtcp);
    }
    std::vector<std::uint8_t> material(key.key.begin(), key.key.end());
    material.insert(material.end(), key.salt.begin(),
                    key.salt.begin() + static_cast<long>(srtpSaltBytes(key.profile)));
    policy.ssrc.type = direction;
    policy.key = material.data();
    policy.window_size = 128;
    EXPECT_EQ(srtp_create(&session_, &policy), srtp_err_status_ok);
  }
  ~Oracle() { srtp_dealloc(session_); }
  srtp_t operator*() { return session_; }

 private:
  srtp_t session_ = nullptr;
};

class Srtp : public testing::TestWithParam<SrtpProfile> {};

// Pitfall 1 of every sender: the index goes on past 16 bits, and so does the receiver's count.
TEST_P(Srtp, LibsrtpReadsOurPacketsOverARollOver) {
  SrtpSender sender(testKey(GetParam()));
  Oracle oracle(testKey(GetParam()), ssrc_any_inbound);
  for (std::uint64_t index = 65300; index < 65300 + 600; ++index) {
    const Bytes plain = rtpPacket(static_cast<std::uint16_t>(index));
    Bytes packet = plain;
    ASSERT_TRUE(sender.protectRtp(packet, 12, index));
    int size = static_cast<int>(packet.size());
    ASSERT_EQ(srtp_unprotect(*oracle, packet.data(), &size), srtp_err_status_ok) << index;
    packet.resize(static_cast<std::size_t>(size));
    ASSERT_EQ(packet, plain);
  }
}

TEST_P(Srtp, WeReadLibsrtpsPacketsOverARollOver) {
  SrtpReceiver receiver(testKey(GetParam()));
  Oracle oracle(testKey(GetParam()), ssrc_any_outbound);
  for (std::uint64_t index = 65300; index < 65300 + 600; ++index) {
    const Bytes plain = rtpPacket(static_cast<std::uint16_t>(index));
    Bytes packet = plain;
    int size = static_cast<int>(packet.size());
    packet.resize(packet.size() + SRTP_MAX_TRAILER_LEN);
    ASSERT_EQ(srtp_protect(*oracle, packet.data(), &size), srtp_err_status_ok);
    packet.resize(static_cast<std::size_t>(size));
    const auto read = receiver.unprotectRtp(packet);
    ASSERT_TRUE(read) << index;
    EXPECT_EQ(*read, index);
    EXPECT_EQ(packet, plain);
  }
}

TEST_P(Srtp, RtcpAgreesWithLibsrtpBothWays) {
  SrtpSender sender(testKey(GetParam()));
  SrtpReceiver receiver(testKey(GetParam()));
  Oracle in(testKey(GetParam()), ssrc_any_inbound), out(testKey(GetParam()), ssrc_any_outbound);
  for (int i = 0; i < 3; ++i) {
    const Bytes plain = senderReport({kSsrc, 5, 6, 7, 8}, "dju");
    Bytes packet = plain;
    ASSERT_TRUE(sender.protectRtcp(packet));
    int size = static_cast<int>(packet.size());
    ASSERT_EQ(srtp_unprotect_rtcp(*in, packet.data(), &size), srtp_err_status_ok);
    packet.resize(static_cast<std::size_t>(size));
    EXPECT_EQ(packet, plain);

    packet = plain;
    size = static_cast<int>(packet.size());
    packet.resize(packet.size() + SRTP_MAX_TRAILER_LEN + 4);
    ASSERT_EQ(srtp_protect_rtcp(*out, packet.data(), &size), srtp_err_status_ok);
    packet.resize(static_cast<std::size_t>(size));
    Bytes replay = packet;
    ASSERT_TRUE(receiver.unprotectRtcp(packet));
    EXPECT_EQ(packet, plain);
    EXPECT_FALSE(receiver.unprotectRtcp(replay)) << "a replayed packet was taken";
  }
}

TEST_P(Srtp, RefusesAChangedPacket) {
  SrtpSender sender(testKey(GetParam()));
  Bytes rtp = rtpPacket(5), rtcp = senderReport({kSsrc, 5, 6, 7, 8}, "dju");
  ASSERT_TRUE(sender.protectRtp(rtp, 12, 5));
  ASSERT_TRUE(sender.protectRtcp(rtcp));
  for (std::size_t i = 0; i < rtcp.size(); ++i) {
    Bytes changed = rtcp;
    changed[i] ^= 1;
    EXPECT_FALSE(SrtpReceiver(testKey(GetParam())).unprotectRtcp(changed)) << i;
  }
  rtp[40] ^= 1;
  EXPECT_FALSE(SrtpReceiver(testKey(GetParam())).unprotectRtp(rtp));
  Bytes tiny(9);
  EXPECT_FALSE(SrtpReceiver(testKey(GetParam())).unprotectRtcp(tiny));
}

INSTANTIATE_TEST_SUITE_P(Profiles, Srtp,
                         testing::Values(SrtpProfile::kAeadAes128Gcm,
                                         SrtpProfile::kAes128CmSha1_80));

}  // namespace
}  // namespace dju::server::webrtc
