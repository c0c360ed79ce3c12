#include "inference/onnx/protobuf.h"

#include <bit>

#include "core/error.h"

namespace dju::inference {
namespace {

[[noreturn]] void fail(const std::string& what) {
  throw Error(ErrorCode::kInvalid, "protobuf: " + what);
}

}  // namespace

std::uint64_t ProtobufReader::takeVarint(std::string_view& from) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    if (from.empty()) fail("the bytes end within a number");
    const auto byte = static_cast<std::uint8_t>(from.front());
    from.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
    if ((byte & 0x80U) == 0) return value;
  }
  fail("a number of more than ten bytes");
}

std::uint64_t ProtobufReader::takeFixed(std::string_view& from, std::size_t size) {
  if (from.size() < size) fail("the bytes end within a number");
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i)
    value |= static_cast<std::uint64_t>(static_cast<std::uint8_t>(from[i])) << (8 * i);
  from.remove_prefix(size);
  return value;
}

float ProtobufReader::floatOf(std::uint64_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits));
}

bool ProtobufReader::next() {
  if (rest_.empty()) return false;
  const std::uint64_t key = takeVarint(rest_);
  if (key >> 3 == 0 || key >> 3 >= (1U << 29)) fail("field number " + std::to_string(key >> 3));
  field_ = static_cast<std::uint32_t>(key >> 3);
  switch (key & 7U) {
    case 0:
      type_ = WireType::kVarint;
      number_ = takeVarint(rest_);
      return true;
    case 1:
      type_ = WireType::kFixed64;
      number_ = takeFixed(rest_, 8);
      return true;
    case 2: {
      type_ = WireType::kBytes;
      const std::uint64_t size = takeVarint(rest_);
      if (size > rest_.size())
        fail("field " + std::to_string(field_) + " of " + std::to_string(size) + " bytes, " +
             std::to_string(rest_.size()) + " are left");
      bytes_ = rest_.substr(0, size);
      rest_.remove_prefix(size);
      return true;
    }
    case 5:
      type_ = WireType::kFixed32;
      number_ = takeFixed(rest_, 4);
      return true;
    default:
      fail("field " + std::to_string(field_) + " of wire type " + std::to_string(key & 7U));
  }
}

std::uint64_t ProtobufReader::varint() const {
  if (type_ != WireType::kVarint) fail("field " + std::to_string(field_) + " is no integer");
  return number_;
}

float ProtobufReader::fixed32() const {
  if (type_ != WireType::kFixed32) fail("field " + std::to_string(field_) + " is no float");
  return floatOf(number_);
}

std::string_view ProtobufReader::bytes() const {
  if (type_ != WireType::kBytes) fail("field " + std::to_string(field_) + " is no text or message");
  return bytes_;
}

void ProtobufWriter::put(std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out_ += static_cast<char>((value & 0x7FU) | 0x80U);
  out_ += static_cast<char>(value);
}

void ProtobufWriter::varint(std::uint32_t field, std::int64_t value) {
  put(std::uint64_t{field} << 3);
  put(static_cast<std::uint64_t>(value));
}

void ProtobufWriter::fixed32(std::uint32_t field, float value) {
  put((std::uint64_t{field} << 3) | 5U);
  const auto bits = std::bit_cast<std::uint32_t>(value);
  for (unsigned shift = 0; shift < 32; shift += 8) out_ += static_cast<char>(bits >> shift);
}

void ProtobufWriter::bytes(std::uint32_t field, std::string_view value) {
  put((std::uint64_t{field} << 3) | 2U);
  put(value.size());
  out_ += value;
}

}  // namespace dju::inference
