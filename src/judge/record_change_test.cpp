// Records as sequences of sections, each with a spectrum and a rhythm of its own: what comes back
// is the same record, what never does is another.
#include "judge/record_change.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <string_view>
#include <vector>

#include "core/random.h"

namespace dju::judge {
namespace {

using Powers = std::array<float, RecordChange::kBands>;

constexpr int kSectionMoments = 160;  // 16 s

// Sixteen seconds of section `name`: its bands' levels, four hits in two seconds in some of them.
void play(RecordChange& change, char name, Random& hiss, double gain = 1) {
  Random random(static_cast<std::uint64_t>(name));
  std::array<double, RecordChange::kBands> level{}, hit{};
  for (std::size_t b = 0; b < level.size(); ++b) {
    level[b] = random.uniform(-50, -30);
    hit[b] = random.uniform(0, 12);
  }
  for (int m = 0; m < kSectionMoments; ++m) {
    Powers powers{};
    for (std::size_t b = 0; b < powers.size(); ++b) {
      const double db = level[b] + (m % 5 == 0 ? hit[b] : 0) + hiss.uniform(-1, 1);
      powers[b] = static_cast<float>(gain * std::pow(10, db / 10));
    }
    change.hear(powers);
  }
}

std::vector<double> placesIn(std::string_view sections, double gainOfOdd = 1) {
  RecordChange change;
  Random hiss(5);
  for (std::size_t i = 0; i < sections.size(); ++i)
    play(change, sections[i], hiss, i % 2 == 1 ? gainOfOdd : 1);
  return change.places();
}

TEST(RecordChangeTest, FindsWhereNothingOfBeforeComesBack) {
  const auto places = placesIn("abcabcxyzxyz");
  ASSERT_EQ(places.size(), 1U);
  EXPECT_NEAR(places[0], 96, 1.5);
}

TEST(RecordChangeTest, SectionsThatComeBackAreOneRecord) {
  EXPECT_TRUE(placesIn("abcabcabcabc").empty());
}

TEST(RecordChangeTest, LevelAloneIsNoChange) {
  EXPECT_TRUE(placesIn("aaaaaaaa", 0.1).empty());
}

TEST(RecordChangeTest, ScrapsAndSilenceHaveNone) {
  EXPECT_TRUE(RecordChange().places().empty());
  EXPECT_TRUE(placesIn("a").empty());
  RecordChange silence;
  for (int m = 0; m < 1000; ++m) silence.hear(Powers{});
  EXPECT_TRUE(silence.places().empty());
}

}  // namespace
}  // namespace dju::judge
