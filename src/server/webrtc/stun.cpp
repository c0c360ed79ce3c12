#include "server/webrtc/stun.h"

#include <openssl/crypto.h>
#include <openssl/hmac.h>

#include <array>

namespace dju::server::webrtc {
namespace {

constexpr std::uint32_t kMagicCookie = 0x2112a442;
constexpr std::uint32_t kFingerprintMask = 0x5354554e;
constexpr std::size_t kHeaderBytes = 20;
constexpr std::size_t kIntegrityBytes = 20;
constexpr std::size_t kMaxMessageBytes = 1500;
constexpr int kMaxAttributes = 32;

constexpr std::uint16_t kUsername = 0x0006;
constexpr std::uint16_t kMessageIntegrity = 0x0008;
constexpr std::uint16_t kXorMappedAddress = 0x0020;
constexpr std::uint16_t kPriority = 0x0024;
constexpr std::uint16_t kUseCandidate = 0x0025;
constexpr std::uint16_t kFingerprint = 0x8028;
constexpr std::uint16_t kIceControlling = 0x802a;
constexpr std::uint16_t kFirstOptional = 0x8000;

constexpr std::array<std::uint32_t, 256> crcTable() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xedb88320u : 0u);
    table[i] = crc;
  }
  return table;
}

// CRC-32 of ITU V.42, over `bytes`.
std::uint32_t crc32(ByteView bytes) {
  static constexpr auto kTable = crcTable();
  std::uint32_t crc = 0xffffffff;
  for (const std::uint8_t byte : bytes) crc = (crc >> 8) ^ kTable[(crc ^ byte) & 0xff];
  return ~crc;
}

// HMAC-SHA1 over the message up to `size`, with the header's length set as RFC 8489, 14.5 asks.
std::array<std::uint8_t, kIntegrityBytes> integrity(ByteView message, std::size_t size,
                                                    std::string_view password) {
  Bytes covered(message.begin(), message.begin() + static_cast<std::ptrdiff_t>(size));
  write16(covered.data() + 2,
          static_cast<std::uint32_t>(size - kHeaderBytes + 4 + kIntegrityBytes));
  std::array<std::uint8_t, kIntegrityBytes> mac{};
  HMAC(EVP_sha1(), password.data(), static_cast<int>(password.size()), covered.data(),
       covered.size(), mac.data(), nullptr);
  return mac;
}

std::optional<SocketAddress> readXorMapped(ByteView value, ByteView packet) {
  if (value.size() < 8 || (value[1] != 1 && value[1] != 2)) return std::nullopt;
  const bool v6 = value[1] == 2;
  if (value.size() != (v6 ? 20u : 8u)) return std::nullopt;
  auto address = SocketAddress::parse(v6 ? "::" : "0.0.0.0", 0);
  address->setPort(static_cast<std::uint16_t>(read16(value.data() + 2) ^ (kMagicCookie >> 16)));
  auto* bytes = const_cast<std::uint8_t*>(address->bytes());
  for (std::size_t i = 0; i < address->byteCount(); ++i) bytes[i] = value[4 + i] ^ packet[4 + i];
  return address;
}

void appendAttribute(Bytes& out, std::uint16_t type, ByteView value) {
  append16(out, type);
  append16(out, static_cast<std::uint32_t>(value.size()));
  append(out, value);
  out.resize((out.size() + 3) & ~std::size_t{3});
}

void setLength(Bytes& out) {
  write16(out.data() + 2, static_cast<std::uint32_t>(out.size() - kHeaderBytes));
}

Bytes startMessage(StunType type, ByteView transactionId) {
  Bytes out;
  append16(out, static_cast<std::uint16_t>(type));
  append16(out, 0);
  append32(out, kMagicCookie);
  append(out, transactionId);
  return out;
}

void finishMessage(Bytes& out, std::string_view password) {
  const auto mac = integrity(out, out.size(), password);
  appendAttribute(out, kMessageIntegrity, mac);
  out.resize(out.size() + 8);
  setLength(out);
  out.resize(out.size() - 8);
  std::array<std::uint8_t, 4> fingerprint{};
  write32(fingerprint.data(), crc32(out) ^ kFingerprintMask);
  appendAttribute(out, kFingerprint, fingerprint);
}

// One attribute into `message`; false if it cannot be.
bool takeAttribute(StunMessage& message, std::uint16_t type, std::size_t offset, ByteView value) {
  switch (type) {
    case kUsername:
      if (value.size() > 513) return false;
      message.username = {reinterpret_cast<const char*>(value.data()), value.size()};
      return true;
    case kMessageIntegrity:
      if (value.size() != kIntegrityBytes || message.integrityOffset) return false;
      message.integrityOffset = offset;
      return true;
    case kXorMappedAddress:
      message.mapped = readXorMapped(value, message.packet);
      return message.mapped.has_value();
    case kUseCandidate:
      message.useCandidate = true;
      return true;
    case kFingerprint:
      if (value.size() != 4 || offset + 8 != message.packet.size()) return false;
      message.fingerprintValid =
          read32(value.data()) == (crc32(message.packet.first(offset)) ^ kFingerprintMask);
      return true;
    case kPriority:
      return value.size() == 4;
    default:
      if (type < kFirstOptional && !message.unknownAttribute) message.unknownAttribute = type;
      return true;
  }
}

}  // namespace

std::string_view StunMessage::localFragment() const {
  return username.substr(0, username.find(':'));
}

std::optional<StunMessage> parseStun(ByteView packet) {
  if (packet.size() < kHeaderBytes || packet.size() > kMaxMessageBytes) return std::nullopt;
  if ((packet[0] & 0xc0) != 0 || read32(packet.data() + 4) != kMagicCookie) return std::nullopt;
  const std::size_t length = read16(packet.data() + 2);
  if (length % 4 != 0 || length != packet.size() - kHeaderBytes) return std::nullopt;
  StunMessage message;
  message.type = static_cast<StunType>(read16(packet.data()));
  message.packet = packet;
  message.transactionId = packet.subspan(8, 12);
  std::size_t offset = kHeaderBytes;
  for (int count = 0; offset < packet.size(); ++count) {
    if (count == kMaxAttributes || packet.size() - offset < 4) return std::nullopt;
    const std::uint16_t type = read16(packet.data() + offset);
    const std::size_t size = read16(packet.data() + offset + 2);
    const std::size_t padded = (size + 3) & ~std::size_t{3};
    if (padded > packet.size() - offset - 4) return std::nullopt;
    // Whatever follows the integrity is not covered by it, and ignored but for the fingerprint.
    if (!message.integrityOffset || type == kFingerprint) {
      if (!takeAttribute(message, type, offset, packet.subspan(offset + 4, size))) {
        return std::nullopt;
      }
    }
    offset += 4 + padded;
  }
  return message;
}

bool verifyIntegrity(const StunMessage& message, std::string_view password) {
  if (!message.integrityOffset) return false;
  const auto expected = integrity(message.packet, *message.integrityOffset, password);
  return CRYPTO_memcmp(expected.data(), message.packet.data() + *message.integrityOffset + 4,
                       expected.size()) == 0;
}

Bytes stunResponse(const StunMessage& request, const SocketAddress& mapped,
                   std::string_view password) {
  Bytes out = startMessage(StunType::kBindingResponse, request.transactionId);
  Bytes value{0, static_cast<std::uint8_t>(mapped.family() == AF_INET6 ? 2 : 1)};
  append16(value, mapped.port() ^ (kMagicCookie >> 16));
  for (std::size_t i = 0; i < mapped.byteCount(); ++i) {
    value.push_back(mapped.bytes()[i] ^ out[4 + i]);
  }
  appendAttribute(out, kXorMappedAddress, value);
  finishMessage(out, password);
  return out;
}

Bytes stunRequest(ByteView transactionId, std::string_view username, std::string_view password,
                  bool useCandidate) {
  Bytes out = startMessage(StunType::kBindingRequest, transactionId);
  appendAttribute(out, kUsername,
                  {reinterpret_cast<const std::uint8_t*>(username.data()), username.size()});
  const std::array<std::uint8_t, 4> priority{0x6e, 0x7f, 0x1e, 0xff};
  appendAttribute(out, kPriority, priority);
  const std::array<std::uint8_t, 8> tieBreaker{0xff, 1, 2, 3, 4, 5, 6, 7};
  appendAttribute(out, kIceControlling, tieBreaker);
  if (useCandidate) appendAttribute(out, kUseCandidate, {});
  finishMessage(out, password);
  return out;
}

}  // namespace dju::server::webrtc
