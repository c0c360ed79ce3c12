// Protocol Buffers' wire format, as much of it as ONNX files use, so that the server needs no
// protobuf library to read a model (protobuf.dev/programming-guides/encoding).
//
// Callers: onnx/read_onnx.cpp, onnx/write_onnx.cpp. Any thread; one instance, one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace dju::inference {

// Reads the fields of one message, in the order in which they lie.
class ProtobufReader {
 public:
  explicit ProtobufReader(std::string_view message) : rest_(message) {}

  // Goes to the next field; false after the last. Throws Error(kInvalid) when the bytes end within
  // a field or the field is of a deprecated kind.
  bool next();
  std::uint32_t field() const { return field_; }
  // The value of this field. Throws Error(kInvalid) when it is of another wire type.
  std::uint64_t varint() const;
  std::int64_t integer() const { return static_cast<std::int64_t>(varint()); }
  float fixed32() const;
  std::string_view bytes() const;
  // Repeated numbers may lie packed in one field or one a field: calls take(int64) for each.
  template <typename Take>
  void integers(Take&& take) const {
    if (type_ == WireType::kVarint) return take(integer());
    for (std::string_view packed = bytes(); !packed.empty();)
      take(static_cast<std::int64_t>(takeVarint(packed)));
  }
  template <typename Take>
  void floats(Take&& take) const {
    if (type_ == WireType::kFixed32) return take(fixed32());
    for (std::string_view packed = bytes(); !packed.empty();)
      take(floatOf(takeFixed(packed, sizeof(float))));
  }

 private:
  enum class WireType : std::uint8_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

  static std::uint64_t takeVarint(std::string_view& from);
  static std::uint64_t takeFixed(std::string_view& from, std::size_t size);
  static float floatOf(std::uint64_t bits);

  std::string_view rest_;
  std::uint32_t field_ = 0;
  WireType type_ = WireType::kVarint;
  std::uint64_t number_ = 0;
  std::string_view bytes_;
};

// Writes the fields of one message.
class ProtobufWriter {
 public:
  void varint(std::uint32_t field, std::int64_t value);
  void fixed32(std::uint32_t field, float value);
  void bytes(std::uint32_t field, std::string_view value);
  void message(std::uint32_t field, const ProtobufWriter& value) { bytes(field, value.out_); }
  const std::string& text() const { return out_; }

 private:
  void put(std::uint64_t value);
  std::string out_;
};

}  // namespace dju::inference
