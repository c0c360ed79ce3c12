// SRTP and SRTCP (RFC 3711, RFC 7714) on OpenSSL's EVP, which is an order of magnitude faster than
// a libsrtp built on NSS; libsrtp is the oracle of the tests. One cipher context a session and
// direction, keyed once; only the IV changes from packet to packet.
//
// Keys come from DTLS. An object belongs to one thread at a time.
#pragma once

#include <openssl/evp.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include "server/webrtc/bytes.h"

namespace dju::server::webrtc {

enum class SrtpProfile { kAeadAes128Gcm, kAes128CmSha1_80 };

// A master key and salt; GCM uses the first 12 bytes of the salt.
struct SrtpKey {
  SrtpProfile profile = SrtpProfile::kAeadAes128Gcm;
  std::array<std::uint8_t, 16> key{};
  std::array<std::uint8_t, 14> salt{};
};
constexpr std::size_t srtpSaltBytes(SrtpProfile profile) {
  return profile == SrtpProfile::kAeadAes128Gcm ? 12 : 14;
}
constexpr std::size_t kMaxSrtpOverhead = 16 + 4;  // GCM tag and the index word of SRTCP

namespace detail {

struct CipherFree {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
struct MacFree {
  void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};

// One of the two key sets (RTP or RTCP) that a master key gives.
class SrtpTransform {
 public:
  SrtpTransform(const SrtpKey& master, std::uint8_t firstLabel, bool encrypt);
  SrtpProfile profile() const { return profile_; }
  // GCM: `data` in place, the tag after it (encrypting) or checked (decrypting).
  bool gcm(std::uint32_t ssrc, std::uint64_t index, ByteView aad, ByteView aad2, std::uint8_t* data,
           std::size_t size, std::uint8_t* tag);
  // Counter mode in place.
  bool counter(std::uint32_t ssrc, std::uint64_t index, std::uint8_t* data, std::size_t size);
  // The 80-bit tag over `data` and the word after it.
  bool authenticate(ByteView data, std::uint32_t word, std::uint8_t* tag10);

 private:
  SrtpProfile profile_;
  bool encrypt_;
  std::array<std::uint8_t, 14> salt_{};
  std::unique_ptr<EVP_CIPHER_CTX, CipherFree> cipher_;
  std::unique_ptr<EVP_MAC_CTX, MacFree> mac_;
};

}  // namespace detail

class SrtpSender {
 public:
  explicit SrtpSender(const SrtpKey& master) : rtp_(master, 0, true), rtcp_(master, 3, true) {}
  // `packet`: a whole RTP packet with a header of `headerBytes`, grown by the tag. `index` is
  // roll-over counter and sequence number, ROC << 16 | seq; never used twice.
  bool protectRtp(Bytes& packet, std::size_t headerBytes, std::uint64_t index);
  // A compound RTCP packet; counts its own index.
  bool protectRtcp(Bytes& packet);

 private:
  detail::SrtpTransform rtp_;
  detail::SrtpTransform rtcp_;
  std::uint32_t rtcpIndex_ = 0;
};

class SrtpReceiver {
 public:
  explicit SrtpReceiver(const SrtpKey& master) : rtp_(master, 0, false), rtcp_(master, 3, false) {}
  // False, and the packet undefined, unless authentic and new (a replay window of 64).
  bool unprotectRtcp(Bytes& packet);
  // The index of the packet, or nothing if it is not authentic. Follows roll-overs, as RFC 3711,
  // 3.3.1 describes; no replay check (only the tests' and the load generator's clients receive
  // RTP).
  std::optional<std::uint64_t> unprotectRtp(Bytes& packet);

 private:
  bool acceptIndex(std::uint32_t index);
  detail::SrtpTransform rtp_;
  detail::SrtpTransform rtcp_;
  std::uint64_t rtpIndex_ = 0;
  bool rtpSeen_ = false;
  std::uint32_t rtcpHighest_ = 0;
  std::uint64_t rtcpWindow_ = 0;  // bit i: rtcpHighest_ - i was seen
};

}  // namespace dju::server::webrtc
