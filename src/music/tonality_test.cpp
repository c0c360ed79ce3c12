#include "music/tonality.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <vector>

namespace dju::music {
namespace {

using Chord = std::vector<std::size_t>;  // pitch classes

// Eight seconds of each chord, six moments a second.
std::vector<TonesAt> sounding(std::initializer_list<Chord> chords) {
  std::vector<TonesAt> tones;
  for (const Chord& chord : chords) {
    for (int i = 0; i < 48; ++i) {
      TonesAt& at = tones.emplace_back();
      at.seconds = static_cast<double>(tones.size()) / 6;
      for (const std::size_t tone : chord) at.all[tone] = 1;
    }
  }
  return tones;
}

constexpr double kTuned = 0.6;

TEST(TonalityTest, ChordsThatChangeAreInAKey) {
  EXPECT_EQ(tonalityOf(sounding({{0, 4, 7}, {5, 9, 0}, {7, 11, 2}}), kTuned), 1);
}

TEST(TonalityTest, TonesThatGlideAreNot) {
  EXPECT_EQ(tonalityOf(sounding({{0, 4, 7}, {5, 9, 0}, {7, 11, 2}}), 0.05), 0);
}

// The partials of one tone are a chord too, but it never changes.
TEST(TonalityTest, OneToneThatGoesOnIsNot) {
  EXPECT_EQ(tonalityOf(sounding({{0, 4, 7, 10, 2}}), kTuned), 0);
  EXPECT_LT(tonalityOf(sounding({{0}, {7}}), kTuned), 0.2) << "two pitch classes";
}

TEST(TonalityTest, SilenceIsNot) {
  EXPECT_EQ(tonalityOf({}, kTuned), 0);
  EXPECT_EQ(tonalityOf(sounding({{}, {}}), kTuned), 0);
}

}  // namespace
}  // namespace dju::music
