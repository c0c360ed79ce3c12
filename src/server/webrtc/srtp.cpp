#include "server/webrtc/srtp.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <cstring>

#include "core/error.h"

namespace dju::server::webrtc {
namespace {

constexpr std::size_t kGcmTag = 16;
constexpr std::size_t kCmTag = 10;
constexpr std::uint32_t kEncryptedFlag = 0x80000000;

// The key derivation of RFC 3711, 4.3.1 with a derivation rate of 0: AES-CM of zeros, where the IV
// is the master salt with the label at its eighth byte. For GCM the salt is padded on the right
// (RFC 7714, 11).
template <std::size_t N>
void derive(const SrtpKey& master, std::uint8_t label, std::array<std::uint8_t, N>& out) {
  std::array<std::uint8_t, 16> iv{};
  std::copy_n(master.salt.begin(), srtpSaltBytes(master.profile), iv.begin());
  iv[7] ^= label;
  std::unique_ptr<EVP_CIPHER_CTX, detail::CipherFree> cipher(EVP_CIPHER_CTX_new());
  out.fill(0);
  int written = 0;
  if (EVP_EncryptInit_ex(cipher.get(), EVP_aes_128_ctr(), nullptr, master.key.data(), iv.data()) !=
          1 ||
      EVP_EncryptUpdate(cipher.get(), out.data(), &written, out.data(), N) != 1) {
    throw Error(ErrorCode::kInternal, "srtp: OpenSSL cannot derive a key");
  }
}

std::size_t rtpHeaderBytes(ByteView packet) {
  if (packet.size() < 12) return 0;
  std::size_t size = 12 + 4 * std::size_t{packet[0] & 0xfu};
  if ((packet[0] & 0x10) != 0) {
    if (packet.size() < size + 4) return 0;
    size += 4 + 4 * std::size_t{read16(packet.data() + size + 2)};
  }
  return size <= packet.size() ? size : 0;
}

}  // namespace

namespace detail {

SrtpTransform::SrtpTransform(const SrtpKey& master, std::uint8_t firstLabel, bool encrypt)
    : profile_(master.profile), encrypt_(encrypt), cipher_(EVP_CIPHER_CTX_new()) {
  std::array<std::uint8_t, 16> key{};
  std::array<std::uint8_t, 20> authKey{};
  derive(master, firstLabel, key);
  derive(master, static_cast<std::uint8_t>(firstLabel + 1), authKey);
  derive(master, static_cast<std::uint8_t>(firstLabel + 2), salt_);
  const bool gcm = profile_ == SrtpProfile::kAeadAes128Gcm;
  // Counter mode is its own inverse.
  bool good = EVP_CipherInit_ex(cipher_.get(), gcm ? EVP_aes_128_gcm() : EVP_aes_128_ctr(), nullptr,
                                key.data(), nullptr, encrypt || !gcm ? 1 : 0) == 1;
  if (!gcm) {
    static EVP_MAC* const hmac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
    mac_.reset(EVP_MAC_CTX_new(hmac));
    char digest[] = "SHA1";
    const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                                 OSSL_PARAM_construct_end()};
    good = good && EVP_MAC_init(mac_.get(), authKey.data(), authKey.size(), params) == 1;
  }
  OPENSSL_cleanse(key.data(), key.size());
  OPENSSL_cleanse(authKey.data(), authKey.size());
  if (!good) throw Error(ErrorCode::kInternal, "srtp: OpenSSL has no AES-128 in the needed mode");
}

bool SrtpTransform::gcm(std::uint32_t ssrc, std::uint64_t index, ByteView aad, ByteView aad2,
                        std::uint8_t* data, std::size_t size, std::uint8_t* tag) {
  std::array<std::uint8_t, 12> iv{};
  write32(iv.data() + 2, ssrc);
  write16(iv.data() + 6, static_cast<std::uint32_t>(index >> 32));
  write32(iv.data() + 8, static_cast<std::uint32_t>(index));
  for (std::size_t i = 0; i < iv.size(); ++i) iv[i] ^= salt_[i];
  EVP_CIPHER_CTX* context = cipher_.get();
  int written = 0;
  if (EVP_CipherInit_ex(context, nullptr, nullptr, nullptr, iv.data(), encrypt_ ? 1 : 0) != 1)
    return false;
  if (!encrypt_ && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, kGcmTag, tag) != 1)
    return false;
  if (EVP_CipherUpdate(context, nullptr, &written, aad.data(), static_cast<int>(aad.size())) != 1)
    return false;
  if (!aad2.empty() && EVP_CipherUpdate(context, nullptr, &written, aad2.data(),
                                        static_cast<int>(aad2.size())) != 1) {
    return false;
  }
  if (size > 0 && EVP_CipherUpdate(context, data, &written, data, static_cast<int>(size)) != 1)
    return false;
  if (EVP_CipherFinal_ex(context, data + size, &written) != 1) return false;
  return !encrypt_ || EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, kGcmTag, tag) == 1;
}

bool SrtpTransform::counter(std::uint32_t ssrc, std::uint64_t index, std::uint8_t* data,
                            std::size_t size) {
  std::array<std::uint8_t, 16> iv{};
  write32(iv.data() + 4, ssrc);
  write16(iv.data() + 8, static_cast<std::uint32_t>(index >> 32));
  write32(iv.data() + 10, static_cast<std::uint32_t>(index));
  for (std::size_t i = 0; i < salt_.size(); ++i) iv[i] ^= salt_[i];
  int written = 0;
  return EVP_CipherInit_ex(cipher_.get(), nullptr, nullptr, nullptr, iv.data(), 1) == 1 &&
         (size == 0 ||
          EVP_CipherUpdate(cipher_.get(), data, &written, data, static_cast<int>(size)) == 1);
}

bool SrtpTransform::authenticate(ByteView data, std::uint32_t word, std::uint8_t* tag10) {
  std::array<std::uint8_t, 4> tail{};
  write32(tail.data(), word);
  std::array<std::uint8_t, 20> mac{};
  std::size_t size = 0;
  if (EVP_MAC_init(mac_.get(), nullptr, 0, nullptr) != 1 ||
      EVP_MAC_update(mac_.get(), data.data(), data.size()) != 1 ||
      EVP_MAC_update(mac_.get(), tail.data(), tail.size()) != 1 ||
      EVP_MAC_final(mac_.get(), mac.data(), &size, mac.size()) != 1) {
    return false;
  }
  std::copy_n(mac.begin(), kCmTag, tag10);
  return true;
}

}  // namespace detail

bool SrtpSender::protectRtp(Bytes& packet, std::size_t headerBytes, std::uint64_t index) {
  const std::uint32_t ssrc = read32(packet.data() + 8);
  const std::size_t size = packet.size();
  if (rtp_.profile() == SrtpProfile::kAeadAes128Gcm) {
    packet.resize(size + kGcmTag);
    return rtp_.gcm(ssrc, index, {packet.data(), headerBytes}, {}, packet.data() + headerBytes,
                    size - headerBytes, packet.data() + size);
  }
  packet.resize(size + kCmTag);
  return rtp_.counter(ssrc, index, packet.data() + headerBytes, size - headerBytes) &&
         rtp_.authenticate({packet.data(), size}, static_cast<std::uint32_t>(index >> 16),
                           packet.data() + size);
}

bool SrtpSender::protectRtcp(Bytes& packet) {
  const std::uint32_t ssrc = read32(packet.data() + 4);
  const std::uint32_t index = rtcpIndex_++ & ~kEncryptedFlag;
  const std::uint32_t word = index | kEncryptedFlag;
  const std::size_t size = packet.size();
  if (rtcp_.profile() == SrtpProfile::kAeadAes128Gcm) {
    std::array<std::uint8_t, 4> tail{};
    write32(tail.data(), word);
    packet.resize(size + kGcmTag);
    const bool good = rtcp_.gcm(ssrc, index, {packet.data(), 8}, tail, packet.data() + 8, size - 8,
                                packet.data() + size);
    append32(packet, word);
    return good;
  }
  const bool good = rtcp_.counter(ssrc, index, packet.data() + 8, size - 8);
  packet.resize(size + 4 + kCmTag);
  write32(packet.data() + size, word);
  return good && rtcp_.authenticate({packet.data(), size}, word, packet.data() + size + 4);
}

bool SrtpReceiver::acceptIndex(std::uint32_t index) {
  if (rtcpWindow_ == 0 || index > rtcpHighest_) {
    const std::uint32_t ahead = rtcpWindow_ == 0 ? 0 : index - rtcpHighest_;
    rtcpWindow_ = (ahead >= 64 ? 0 : rtcpWindow_ << ahead) | 1;
    rtcpHighest_ = index;
    return true;
  }
  const std::uint32_t behind = rtcpHighest_ - index;
  if (behind >= 64 || (rtcpWindow_ >> behind & 1) != 0) return false;
  rtcpWindow_ |= std::uint64_t{1} << behind;
  return true;
}

bool SrtpReceiver::unprotectRtcp(Bytes& packet) {
  const bool gcm = rtcp_.profile() == SrtpProfile::kAeadAes128Gcm;
  const std::size_t overhead = 4 + (gcm ? kGcmTag : kCmTag);
  if (packet.size() < 8 + overhead) return false;
  const std::size_t size = packet.size() - overhead;
  const std::uint32_t ssrc = read32(packet.data() + 4);
  std::uint8_t* const wordAt = packet.data() + (gcm ? size + kGcmTag : size);
  const std::uint32_t word = read32(wordAt);
  if ((word & kEncryptedFlag) == 0) return false;  // we negotiate encryption, always
  const std::uint32_t index = word & ~kEncryptedFlag;
  bool good = false;
  if (gcm) {
    std::array<std::uint8_t, 4> tail{};
    write32(tail.data(), word);
    good = rtcp_.gcm(ssrc, index, {packet.data(), 8}, tail, packet.data() + 8, size - 8,
                     packet.data() + size);
  } else {
    std::array<std::uint8_t, kCmTag> tag{};
    good = rtcp_.authenticate({packet.data(), size}, word, tag.data()) &&
           CRYPTO_memcmp(tag.data(), wordAt + 4, tag.size()) == 0 &&
           rtcp_.counter(ssrc, index, packet.data() + 8, size - 8);
  }
  if (!good || !acceptIndex(index)) return false;
  packet.resize(size);
  return true;
}

std::optional<std::uint64_t> SrtpReceiver::unprotectRtp(Bytes& packet) {
  const bool gcm = rtp_.profile() == SrtpProfile::kAeadAes128Gcm;
  const std::size_t overhead = gcm ? kGcmTag : kCmTag;
  const std::size_t header = rtpHeaderBytes(packet);
  if (header == 0 || packet.size() < header + overhead) return std::nullopt;
  const std::size_t size = packet.size() - overhead;
  const std::uint16_t sequence = read16(packet.data() + 2);
  std::uint64_t index = sequence;
  if (rtpSeen_) {
    const auto step = static_cast<std::int16_t>(sequence - static_cast<std::uint16_t>(rtpIndex_));
    index = rtpIndex_ + static_cast<std::uint64_t>(std::int64_t{step});
  }
  const std::uint32_t ssrc = read32(packet.data() + 8);
  bool good = false;
  if (gcm) {
    good = rtp_.gcm(ssrc, index, {packet.data(), header}, {}, packet.data() + header, size - header,
                    packet.data() + size);
  } else {
    std::array<std::uint8_t, kCmTag> tag{};
    good = rtp_.authenticate({packet.data(), size}, static_cast<std::uint32_t>(index >> 16),
                             tag.data()) &&
           CRYPTO_memcmp(tag.data(), packet.data() + size, tag.size()) == 0 &&
           rtp_.counter(ssrc, index, packet.data() + header, size - header);
  }
  if (!good) return std::nullopt;
  rtpIndex_ = rtpSeen_ ? std::max(rtpIndex_, index) : index;
  rtpSeen_ = true;
  packet.resize(size);
  return index;
}

}  // namespace dju::server::webrtc
