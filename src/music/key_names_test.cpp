#include "music/key_names.h"

#include <gtest/gtest.h>

#include <set>

namespace dju::music {
namespace {

TEST(KeyNamesTest, EveryKeyReadsBackFromEveryNotation) {
  std::set<std::string> camelot, openKey;
  std::set<int> order;
  for (int tonic = 0; tonic < 12; ++tonic) {
    for (const KeyMode mode : {KeyMode::kMajor, KeyMode::kMinor}) {
      const KeyClass key{tonic, mode};
      EXPECT_EQ(parseKey(keyName(key)), key) << keyName(key);
      EXPECT_EQ(parseKey(camelotOf(key)), key) << camelotOf(key);
      EXPECT_EQ(parseKey(openKeyOf(key)), key) << openKeyOf(key);
      camelot.insert(camelotOf(key));
      openKey.insert(openKeyOf(key));
      order.insert(wheelOrder(key));
    }
  }
  EXPECT_EQ(camelot.size(), 24U);
  EXPECT_EQ(openKey.size(), 24U);
  EXPECT_EQ(*order.rbegin(), 23);
}

// The corners of the wheel as Mixed In Key and Open Key print it.
TEST(KeyNamesTest, AgreesWithThePublishedWheels) {
  const struct {
    const char *name, *camelot, *openKey;
  } kKeys[] = {{"Am", "8A", "1m"},  {"C", "8B", "1d"},   {"G", "9B", "2d"},  {"F#m", "11A", "4m"},
               {"Ab", "4B", "9d"},  {"B", "1B", "6d"},   {"G#m", "1A", "6m"}, {"Fm", "4A", "9m"},
               {"Dm", "7A", "12m"}, {"Bb", "6B", "11d"}, {"C#m", "12A", "5m"}};
  for (const auto& key : kKeys) {
    const auto parsed = parseKey(key.name);
    ASSERT_TRUE(parsed) << key.name;
    EXPECT_EQ(camelotOf(*parsed), key.camelot) << key.name;
    EXPECT_EQ(openKeyOf(*parsed), key.openKey) << key.name;
  }
}

TEST(KeyNamesTest, ReadsWhatPeopleWriteAndNothingElse) {
  EXPECT_EQ(keyName(*parseKey("A minor")), "Am");
  EXPECT_EQ(keyName(*parseKey("bbmin")), "Bbm");
  EXPECT_EQ(keyName(*parseKey("Cb major")), "B");
  EXPECT_EQ(keyName(*parseKey("Dbm")), "C#m");
  EXPECT_EQ(keyName(*parseKey(" F\u266f maj ")), "F#");
  for (const char* none : {"", "H", "13A", "0A", "8C", "All", "off", "Am7", "unknown key text"}) {
    EXPECT_FALSE(parseKey(none)) << none;
  }
}

TEST(KeyNamesTest, NeighboursOnTheWheelMix) {
  const auto key = [](const char* text) { return *parseKey(text); };
  for (const char* fits : {"8A", "7A", "9A", "8B"}) EXPECT_TRUE(mixesWith(key("8A"), key(fits)));
  for (const char* clashes : {"10A", "9B", "2A"})
    EXPECT_FALSE(mixesWith(key("8A"), key(clashes))) << clashes;
  EXPECT_TRUE(mixesWith(key("12A"), key("1A")));
}

}  // namespace
}  // namespace dju::music
