#include "audio/ogg_opus.h"

#include <algorithm>
#include <array>

#include "core/time.h"

namespace dju::audio {
namespace {

constexpr std::uint8_t kContinued = 1, kFirst = 2, kLast = 4;
constexpr std::size_t kMostSegments = 255, kSegmentBytes = 255;
constexpr std::size_t kChecksumAt = 22;
constexpr std::uint64_t kNothingEnds =
    ~std::uint64_t{0};  // granule of a page without a packet's end

constexpr std::array<std::uint32_t, 256> crcTable() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t crc = i << 24;
    for (int bit = 0; bit < 8; ++bit) crc = (crc << 1) ^ ((crc >> 31) != 0 ? 0x04c11db7u : 0u);
    table[i] = crc;
  }
  return table;
}

// In place of vector::insert, whose inlining GCC 12 takes for an overflow.
void append(OggOpusPages::Bytes& out, OggOpusPages::Packet bytes) {
  const std::size_t size = out.size();
  out.resize(size + bytes.size());
  std::copy(bytes.begin(), bytes.end(), out.begin() + static_cast<std::ptrdiff_t>(size));
}

void appendText(OggOpusPages::Bytes& out, std::string_view text) {
  append(out, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

void appendLittle(OggOpusPages::Bytes& out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

void appendString(OggOpusPages::Bytes& out, std::string_view text) {
  appendLittle(out, text.size(), 4);
  appendText(out, text);
}

// RFC 3533, 6: a packet's size as bytes of 255 and a last one below.
void appendLacing(OggOpusPages::Bytes& lacing, std::size_t size) {
  for (; size >= kSegmentBytes; size -= kSegmentBytes) lacing.push_back(255);
  lacing.push_back(static_cast<std::uint8_t>(size));
}

}  // namespace

void OggOpusPages::addPage(Bytes& out, Packet body, std::span<const std::uint8_t> lacing,
                           std::uint8_t flags, std::uint64_t granule) {
  static constexpr auto kTable = crcTable();
  const std::size_t begin = out.size();
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
  for (std::size_t i = begin; i < out.size(); ++i) crc = (crc << 8) ^ kTable[(crc >> 24) ^ out[i]];
  for (std::size_t i = 0; i < 4; ++i)
    out[begin + kChecksumAt + i] = static_cast<std::uint8_t>(crc >> (8 * i));
}

OggOpusPages::Bytes OggOpusPages::headers(Comments comments) {
  Bytes out, head, lacing;
  appendText(head, "OpusHead");
  head.push_back(1);  // version
  head.push_back(kChannels);
  appendLittle(head, static_cast<std::uint64_t>(preSkip_), 2);
  appendLittle(head, kSampleRate, 4);
  appendLittle(head, 0, 3);  // gain, and channel mapping family 0
  appendLacing(lacing, head.size());
  addPage(out, head, lacing, kFirst, 0);
  Bytes tags;
  appendText(tags, "OpusTags");
  appendString(tags, "DJ Universe " DJU_VERSION);
  appendLittle(tags, comments.size(), 4);
  for (const auto& [name, text] : comments) appendString(tags, name + "=" + text);
  lacing.clear();
  appendLacing(lacing, tags.size());
  // Long ones go on over several pages.
  for (std::size_t from = 0; from < lacing.size(); from += kMostSegments) {
    const std::size_t count = std::min(kMostSegments, lacing.size() - from);
    const bool ends = from + count == lacing.size();
    const std::size_t first = from * kSegmentBytes;
    const std::size_t last = ends ? tags.size() : first + count * kSegmentBytes;
    addPage(out, Packet(tags).subspan(first, last - first), Packet(lacing).subspan(from, count),
            from > 0 ? kContinued : std::uint8_t{0}, ends ? 0 : kNothingEnds);
  }
  return out;
}

void OggOpusPages::flush(Bytes& out, std::uint8_t flags) {
  addPage(out, body_, lacing_, flags, granule_);
  body_.clear();
  lacing_.clear();
  packets_ = 0;
}

OggOpusPages::Bytes OggOpusPages::add(Packet packet, int samples) {
  Bytes out;
  if (lacing_.size() + packet.size() / kSegmentBytes + 1 > kMostSegments) flush(out, 0);
  appendLacing(lacing_, packet.size());
  append(body_, packet);
  granule_ += static_cast<std::uint64_t>(samples);
  if (++packets_ >= packetsPerPage_) flush(out, 0);
  return out;
}

OggOpusPages::Bytes OggOpusPages::finish(std::uint64_t heard) {
  Bytes out;
  granule_ = std::min(granule_, heard + static_cast<std::uint64_t>(preSkip_));
  flush(out, kLast);
  return out;
}

}  // namespace dju::audio
