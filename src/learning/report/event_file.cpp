#include "learning/report/event_file.h"

#include <array>
#include <bit>

#include "core/error.h"

namespace dju::learning {
namespace {

constexpr std::array<std::uint32_t, 256> kCrcTable = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82F63B78U : 0U);
    table[i] = crc;
  }
  return table;
}();

// TFRecord masks its checksums, since a checksum of data that holds checksums is weak.
std::uint32_t masked(std::uint32_t crc) {
  return ((crc >> 15) | (crc << 17)) + 0xA282EAD8U;
}

template <typename T>
std::string littleEndian(T value) {
  std::string bytes;
  for (std::size_t i = 0; i < sizeof value; ++i)
    bytes.push_back(static_cast<char>((value >> (8 * i)) & 0xFF));
  return bytes;
}

std::string varint(std::uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) bytes.push_back(static_cast<char>(value | 0x80));
  bytes.push_back(static_cast<char>(value));
  return bytes;
}

enum class WireType { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

std::string key(int field, WireType type) {
  return varint(static_cast<std::uint64_t>(field) << 3 | static_cast<std::uint64_t>(type));
}

std::string bytesField(int field, std::string_view bytes) {
  return key(field, WireType::kBytes) + varint(bytes.size()) + std::string(bytes);
}

std::string eventAt(double wallSeconds) {
  return key(1, WireType::kFixed64) + littleEndian(std::bit_cast<std::uint64_t>(wallSeconds));
}

}  // namespace

std::uint32_t crc32c(std::string_view bytes) {
  std::uint32_t crc = ~0U;
  for (const char byte : bytes)
    crc = (crc >> 8) ^ kCrcTable[(crc ^ static_cast<unsigned char>(byte)) & 0xFF];
  return ~crc;
}

EventFile::EventFile(const std::filesystem::path& directory, double wallSeconds)
    : path_(directory / ("events.out.tfevents." +
                         std::to_string(static_cast<std::int64_t>(wallSeconds)) + ".dju")),
      out_(path_, std::ios::binary | std::ios::app) {
  write(eventAt(wallSeconds) + bytesField(3, "brain.Event:2"));
}

void EventFile::add(double wallSeconds, std::int64_t step, std::string_view tag, float value) {
  const std::string scalar = bytesField(1, tag) + key(2, WireType::kFixed32) +
                             littleEndian(std::bit_cast<std::uint32_t>(value));
  write(eventAt(wallSeconds) + key(2, WireType::kVarint) +
        varint(static_cast<std::uint64_t>(step)) + bytesField(5, bytesField(1, scalar)));
}

void EventFile::write(const std::string& event) {
  const std::string length = littleEndian(std::uint64_t{event.size()});
  out_ << length << littleEndian(masked(crc32c(length))) << event
       << littleEndian(masked(crc32c(event))) << std::flush;
  if (!out_)
    throw Error(ErrorCode::kUnavailable, path_.string() + ": cannot be written; is the disk full?");
}

}  // namespace dju::learning
