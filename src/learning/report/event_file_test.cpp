#include "learning/report/event_file.h"

#include <gtest/gtest.h>

#include <sstream>

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

}  // namespace
}  // namespace dju::learning
