#include "server/webrtc/sctp_receiver.h"

#include <algorithm>

namespace dju::server::webrtc {
namespace {

constexpr std::size_t kHeaderBytes = 12;
constexpr std::size_t kChunkHeader = 4;
constexpr std::size_t kChecksumAt = 8;

// RFC 9260, 3.2; RFC 3758, 3.
enum Chunk : std::uint8_t {
  kData = 0,
  kInit = 1,
  kInitAck = 2,
  kSack = 3,
  kHeartbeat = 4,
  kHeartbeatAck = 5,
  kAbort = 6,
  kShutdown = 7,
  kShutdownAck = 8,
  kCookieEcho = 10,
  kCookieAck = 11,
  kShutdownComplete = 14,
  kForwardTsn = 192,
};
constexpr std::uint16_t kStateCookie = 7;
constexpr std::uint16_t kForwardTsnSupported = 0xc000;
constexpr std::uint8_t kWhole = 3;  // begins and ends in this chunk

constexpr std::uint32_t kBuffer = 64 * 1024;  // what we say that we hold; nothing is held in truth
constexpr std::uint16_t kStreams = 16;
constexpr std::size_t kMaxGaps = 32;
constexpr std::size_t kMaxHeartbeat = 256;

constexpr std::array<std::uint32_t, 256> crcTable() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = value & 1 ? value >> 1 ^ 0x82f63b78 : value >> 1;
    table[i] = value;
  }
  return table;
}

std::size_t beginChunk(Bytes& out, std::uint8_t type) {
  const std::size_t start = out.size();
  out.push_back(type);
  out.push_back(0);
  append16(out, 0);
  return start;
}

void endChunk(Bytes& out, std::size_t start) {
  write16(out.data() + start + 2, static_cast<std::uint32_t>(out.size() - start));
  while (out.size() % 4 != 0) out.push_back(0);
}

// Sequence numbers go round (RFC 9260, 1.6).
bool after(std::uint32_t a, std::uint32_t b) {
  return static_cast<std::int32_t>(a - b) > 0;
}

}  // namespace

std::uint32_t sctpChecksum(ByteView packet) {
  static constexpr auto kTable = crcTable();
  std::uint32_t crc = ~0U;
  for (std::size_t i = 0; i < packet.size(); ++i) {
    const bool field = i >= kChecksumAt && i < kChecksumAt + 4;
    crc = kTable[(crc ^ (field ? 0 : packet[i])) & 0xff] ^ crc >> 8;
  }
  crc = ~crc;
  // It travels with its low byte first.
  return crc >> 24 | (crc >> 8 & 0xff00) | (crc << 8 & 0xff0000) | crc << 24;
}

bool SctpReceiver::receive(ByteView packet, Bytes& answer, const OnMessage& onMessage) {
  answer.clear();
  if (packet.size() < kHeaderBytes + kChunkHeader || packet.size() % 4 != 0) return false;
  if (read32(packet.data() + kChecksumAt) != sctpChecksum(packet)) return false;
  const bool begins = packet[kHeaderBytes] == kInit;
  if (read32(packet.data() + 4) != (begins ? 0 : tag_)) return false;
  append16(answer, read16(packet.data() + 2));
  append16(answer, read16(packet.data()));
  answer.resize(kHeaderBytes);
  acknowledgeDue_ = false;
  bool good = true;
  for (ByteView rest = packet.subspan(kHeaderBytes); good && rest.size() >= kChunkHeader;) {
    const std::size_t length = read16(rest.data() + 2);
    good = length >= kChunkHeader && length <= rest.size();
    if (!good) break;
    const std::uint8_t type = rest[0];
    good = takeChunk(type, rest[1], rest.subspan(kChunkHeader, length - kChunkHeader), answer,
                     onMessage);
    if (type == kInit) break;  // stands alone
    rest = rest.subspan(std::min(rest.size(), (length + 3) / 4 * 4));
  }
  if (acknowledgeDue_) acknowledge(answer);
  if (answer.size() == kHeaderBytes) {
    answer.clear();
    return good;
  }
  write32(answer.data() + 4, peerTag_);
  write32(answer.data() + kChecksumAt, sctpChecksum(answer));
  return good;
}

bool SctpReceiver::takeChunk(std::uint8_t type, std::uint8_t flags, ByteView value, Bytes& answer,
                             const OnMessage& onMessage) {
  switch (type) {
    case kInit:
      return takeInit(value, answer);
    case kCookieEcho:
      return takeCookie(value, answer);
    case kData:
      return takeData(flags, value, onMessage);
    case kForwardTsn:
      return takeForward(value);
    case kHeartbeat: {
      if (value.size() > kMaxHeartbeat) return false;
      const std::size_t start = beginChunk(answer, kHeartbeatAck);
      append(answer, value);
      endChunk(answer, start);
      return true;
    }
    case kShutdown:
      endChunk(answer, beginChunk(answer, kShutdownAck));
      return true;
    case kAbort:
    case kShutdownComplete:
      state_ = State::kClosed;
      return true;
    default:
      // The two highest bits say what becomes of a packet with a chunk that is not known.
      return (type & 0x80) != 0;
  }
}

// RFC 9260, 5.1. An INIT that comes again, its answer lost, is answered in the same way.
bool SctpReceiver::takeInit(ByteView value, Bytes& answer) {
  if (value.size() < 16 || state_ != State::kWaiting || read32(value.data()) == 0) return false;
  peerTag_ = read32(value.data());
  first_ = read32(value.data() + 12);
  const std::size_t start = beginChunk(answer, kInitAck);
  append32(answer, tag_);
  append32(answer, kBuffer);
  append16(answer, kStreams);
  append16(answer, kStreams);
  append32(answer, 0);  // our first TSN, had we anything to say
  append16(answer, kStateCookie);
  append16(answer, static_cast<std::uint32_t>(kChunkHeader + cookie_.size()));
  append(answer, cookie_);
  append16(answer, kForwardTsnSupported);
  append16(answer, kChunkHeader);
  endChunk(answer, start);
  return true;
}

bool SctpReceiver::takeCookie(ByteView value, Bytes& answer) {
  if (peerTag_ == 0 || state_ == State::kClosed || !std::ranges::equal(value, cookie_))
    return false;
  if (state_ == State::kWaiting) {
    state_ = State::kEstablished;
    cumulative_ = first_ - 1;
  }
  endChunk(answer, beginChunk(answer, kCookieAck));
  return true;
}

bool SctpReceiver::takeData(std::uint8_t flags, ByteView value, const OnMessage& onMessage) {
  constexpr std::size_t kFields = 12;  // TSN, stream, number in the stream, protocol
  if (value.size() <= kFields || state_ != State::kEstablished) return false;
  acknowledgeDue_ = true;
  const std::uint32_t tsn = read32(value.data());
  const std::uint32_t place = tsn - cumulative_ - 1;
  if (!after(tsn, cumulative_)) return true;  // again
  if (place >= kWindow) return false;
  if (ahead_[place]) return true;
  ahead_[place] = true;
  advance();
  const ByteView message = value.subspan(kFields);
  if ((flags & kWhole) == kWhole && message.size() <= kMaxMessage) onMessage(message);
  return true;
}

// The page gives up what was lost: nothing up to here is to come.
bool SctpReceiver::takeForward(ByteView value) {
  if (value.size() < 4 || state_ != State::kEstablished) return false;
  acknowledgeDue_ = true;
  const std::uint32_t until = read32(value.data());
  if (!after(until, cumulative_)) return true;
  const std::uint32_t by = until - cumulative_;
  ahead_ = by >= kWindow ? std::bitset<kWindow>() : ahead_ >> by;
  cumulative_ = until;
  advance();
  return true;
}

void SctpReceiver::advance() {
  std::uint32_t by = 0;
  while (by < kWindow && ahead_[by]) ++by;
  ahead_ >>= by;
  cumulative_ += by;
}

void SctpReceiver::acknowledge(Bytes& answer) const {
  const std::size_t start = beginChunk(answer, kSack);
  append32(answer, cumulative_);
  append32(answer, kBuffer);
  const std::size_t counts = answer.size();
  append32(answer, 0);  // gap blocks; nothing said of what came twice
  std::size_t gaps = 0;
  for (std::uint32_t n = 1; n < kWindow && gaps < kMaxGaps; ++n) {
    if (!ahead_[n]) continue;
    append16(answer, n + 1);
    while (n + 1 < kWindow && ahead_[n + 1]) ++n;
    append16(answer, n + 1);
    ++gaps;
  }
  write16(answer.data() + counts, static_cast<std::uint32_t>(gaps));
  endChunk(answer, start);
}

}  // namespace dju::server::webrtc
