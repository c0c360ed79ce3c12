#include "server/webrtc/ogg_opus.h"

#include <array>
#include <string_view>

namespace dju::server::webrtc {
namespace {

constexpr int kPacketsPerPage = 5;
constexpr std::uint64_t kPacketSamples = 960;
constexpr std::uint8_t kFirstPage = 2;

constexpr std::array<std::uint32_t, 256> crcTable() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t crc = i << 24;
    for (int bit = 0; bit < 8; ++bit) crc = (crc << 1) ^ ((crc >> 31) != 0 ? 0x04c11db7u : 0u);
    table[i] = crc;
  }
  return table;
}

void appendLittle(Bytes& out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

void appendText(Bytes& out, std::string_view text) {
  append(out, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

// RFC 3533, 6: a packet's size as bytes of 255 and a last one below.
void appendLacing(Bytes& lacing, std::size_t size) {
  for (; size >= 255; size -= 255) lacing.push_back(255);
  lacing.push_back(static_cast<std::uint8_t>(size));
}

}  // namespace

Bytes OggOpusStream::page(ByteView body, ByteView lacing, std::uint8_t flags,
                          std::uint64_t granule) {
  static constexpr auto kTable = crcTable();
  Bytes out;
  out.reserve(27 + lacing.size() + body.size());
  appendText(out, "OggS");
  out.push_back(0);
  out.push_back(flags);
  appendLittle(out, granule, 8);
  appendLittle(out, serial_, 4);
  appendLittle(out, sequence_++, 4);
  appendLittle(out, 0, 4);  // checksum, below
  out.push_back(static_cast<std::uint8_t>(lacing.size()));
  append(out, lacing);
  append(out, body);
  std::uint32_t crc = 0;
  for (const std::uint8_t byte : out) crc = (crc << 8) ^ kTable[(crc >> 24) ^ byte];
  for (std::size_t i = 0; i < 4; ++i) out[22 + i] = static_cast<std::uint8_t>(crc >> (8 * i));
  return out;
}

Bytes OggOpusStream::headers() {
  Bytes head;
  appendText(head, "OpusHead");
  head.push_back(1);  // version
  head.push_back(2);  // channels
  appendLittle(head, static_cast<std::uint64_t>(preSkip_), 2);
  appendLittle(head, 48000, 4);
  appendLittle(head, 0, 3);  // gain, and channel mapping family 0
  Bytes lacing;
  appendLacing(lacing, head.size());
  Bytes out = page(head, lacing, kFirstPage, 0);
  Bytes tags;
  constexpr std::string_view kVendor = "DJ Universe " DJU_VERSION;
  appendText(tags, "OpusTags");
  appendLittle(tags, kVendor.size(), 4);
  appendText(tags, kVendor);
  appendLittle(tags, 0, 4);
  lacing.clear();
  appendLacing(lacing, tags.size());
  const Bytes second = page(tags, lacing, 0, 0);
  append(out, second);
  return out;
}

Bytes OggOpusStream::add(ByteView packet) {
  appendLacing(lacing_, packet.size());
  append(body_, packet);
  granule_ += kPacketSamples;
  if (++packets_ < kPacketsPerPage) return {};
  Bytes out = page(body_, lacing_, 0, granule_);
  body_.clear();
  lacing_.clear();
  packets_ = 0;
  return out;
}

}  // namespace dju::server::webrtc
