#include "music/key_wheel.h"

#include <gtest/gtest.h>

namespace dju::music {
namespace {

Key key(const char* text) {
  return parseKey(text).valueOrThrow();
}

TEST(KeyWheelTest, OrderIsThatOfTheCamelotNames) {
  for (int tonic = 0; tonic < 12; ++tonic) {
    for (const KeyMode mode : {KeyMode::kMajor, KeyMode::kMinor}) {
      const std::string name = camelotName({tonic, mode});
      const int expected = 2 * (std::stoi(name) - 1) + (name.back() == 'B' ? 1 : 0);
      EXPECT_EQ(wheelOrder({tonic, mode}), expected) << name;
    }
  }
}

TEST(KeyWheelTest, NeighboursMix) {
  for (const char* fits : {"8A", "7A", "9A", "8B"}) EXPECT_TRUE(mixesWith(key("8A"), key(fits)));
  for (const char* clashes : {"10A", "9B", "2A"})
    EXPECT_FALSE(mixesWith(key("8A"), key(clashes))) << clashes;
  EXPECT_TRUE(mixesWith(key("12A"), key("1A")));
}

}  // namespace
}  // namespace dju::music
