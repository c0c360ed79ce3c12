#include "learning/report/event_file.h"

#include <gtest/gtest.h>

#include <cstring>
#include <sstream>
#include <utility>
#include <vector>

#include "learning/data/test_support/toy_dataset.h"

namespace dju::learning {
namespace {

TEST(EventFile, ChecksumsAreThoseOfRfc3720) {
  EXPECT_EQ(crc32c("123456789"), 0xE3069283U);
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AAU);
}

// The record that tensorflow's own writer makes of Event(wall_time=1, step=300,
// summary=[("a", .5)]): 9 bytes of time, 3 of step, 12 of summary.
TEST(EventFile, ARecordByteByByte) {
  const ScratchDirectory scratch;
  EventFile(scratch.path(), 7.5).add(1.0, 300, "a", 0.5F);
  std::ifstream in(scratch.path() / "events.out.tfevents.7.dju", std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  const std::string all = text.str();
  const std::size_t first = 8 + 4 + (9 + 2 + 13) + 4;
  ASSERT_EQ(all.size(), first + 8 + 4 + 24 + 4);
  EXPECT_EQ(all.substr(8 + 4 + 9, 15),
            "\x1a\x0d"
            "brain.Event:2");
  const std::string event = all.substr(first + 12, 24);
  const std::string expected(
      "\x09\x00\x00\x00\x00\x00\x00\xf0\x3f"  // 1: 1.0
      "\x10\xac\x02"                          // 2: 300
      "\x2a\x0a\x0a\x08"                      // 5: {1: {
      "\x0a\x01"                              // 1: "a"
      "a\x15\x00\x00\x00\x3f",                // 2: 0.5
      24);
  EXPECT_EQ(event, expected);
}

// A reader of its own: checksums bit by bit, unmasked instead of masked, fields by a walk over the
// wire format that knows no message.
class Reader {
 public:
  explicit Reader(std::string bytes) : bytes_(std::move(bytes)) {}

  struct Scalar {
    double wallTime = 0;
    std::uint64_t step = 0;
    std::string version, tag;
    float value = 0;
  };

  std::vector<Scalar> all() {
    std::vector<Scalar> scalars;
    while (at_ < bytes_.size()) scalars.push_back(event(record()));
    return scalars;
  }

 private:
  static std::uint32_t slowCrc(std::string_view bytes) {
    std::uint32_t rest = 0xFFFFFFFF;
    for (const char byte : bytes)
      for (int bit = 0; bit < 8; ++bit) {
        const bool carry = ((rest ^ (static_cast<unsigned char>(byte) >> bit)) & 1) != 0;
        rest = rest >> 1 ^ (carry ? 0x82F63B78 : 0);
      }
    return rest ^ 0xFFFFFFFF;
  }
  std::uint64_t number(std::size_t size) {
    std::uint64_t value = 0;
    for (std::size_t i = size; i-- > 0;)
      value = value << 8 | static_cast<unsigned char>(bytes_.at(at_ + i));
    at_ += size;
    return value;
  }
  void expectSum(std::string_view of) {
    const auto rotated = static_cast<std::uint32_t>(number(4)) - 0xA282EAD8U;
    EXPECT_EQ(rotated << 15 | rotated >> 17, slowCrc(of));
  }
  std::string record() {
    const std::size_t start = at_;
    const std::uint64_t size = number(8);
    expectSum(std::string_view(bytes_).substr(start, 8));
    const std::string data = bytes_.substr(at_, size);
    EXPECT_EQ(data.size(), size);
    at_ += size;
    expectSum(data);
    return data;
  }
  // Every field of a message: number, and its bytes (a varint as eight).
  static std::vector<std::pair<std::uint64_t, std::string>> fields(std::string_view message) {
    const auto varint = [&] {
      std::uint64_t value = 0;
      for (int shift = 0;; shift += 7) {
        const auto byte = static_cast<unsigned char>(message.front());
        message.remove_prefix(1);
        value |= std::uint64_t{byte & 0x7FU} << shift;
        if (byte < 0x80) return value;
      }
    };
    std::vector<std::pair<std::uint64_t, std::string>> found;
    while (!message.empty()) {
      const std::uint64_t key = varint();
      if ((key & 7) == 0) {
        const std::uint64_t value = varint();
        found.emplace_back(key >> 3, std::string(reinterpret_cast<const char*>(&value), 8));
        continue;
      }
      const std::size_t size = (key & 7) == 1 ? 8 : (key & 7) == 5 ? 4 : varint();
      found.emplace_back(key >> 3, std::string(message.substr(0, size)));
      message.remove_prefix(size);
    }
    return found;
  }
  template <typename T>
  static T as(const std::string& bytes) {
    T value{};
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
  }
  static Scalar event(const std::string& data) {
    Scalar scalar;
    for (const auto& [field, bytes] : fields(data)) {
      if (field == 1) scalar.wallTime = as<double>(bytes);
      if (field == 2) scalar.step = as<std::uint64_t>(bytes);
      if (field == 3) scalar.version = bytes;
      if (field != 5) continue;
      const std::string value = fields(bytes).at(0).second;
      for (const auto& [inner, content] : fields(value)) {
        if (inner == 1) scalar.tag = content;
        if (inner == 2) scalar.value = as<float>(content);
      }
    }
    return scalar;
  }

  std::string bytes_;
  std::size_t at_ = 0;
};

TEST(EventFile, AnotherReaderReadsEverythingBack) {
  const ScratchDirectory scratch;
  {
    EventFile file(scratch.path(), 1700000000.25);
    for (int step = 0; step < 300; ++step)
      file.add(1700000001.5 + step, step, step % 2 == 0 ? "loss/training" : "loss/validation",
               1.0F / static_cast<float>(step + 1));
  }
  std::ifstream in(scratch.path() / "events.out.tfevents.1700000000.dju", std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  const auto scalars = Reader(text.str()).all();
  ASSERT_EQ(scalars.size(), 301U);
  EXPECT_EQ(scalars[0].version, "brain.Event:2");
  EXPECT_EQ(scalars[0].wallTime, 1700000000.25);
  EXPECT_EQ(scalars[300].step, 299U);
  EXPECT_EQ(scalars[300].tag, "loss/validation");
  EXPECT_EQ(scalars[300].wallTime, 1700000300.5);
  EXPECT_EQ(scalars[300].value, 1.0F / 300);
}

}  // namespace
}  // namespace dju::learning
