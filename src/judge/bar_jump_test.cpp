// Two records of four-bar progressions one after the other, the second one's bars beside the
// first's by whole beats.
#include "judge/bar_jump.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/time.h"
#include "music/features.h"

namespace dju::judge {
namespace {

constexpr double kBeat = 0.5;  // seconds
constexpr int kBeats = 100;

// Chords that change with each bar, and brighter ones from a phrase of eight bars to the next.
double music(double beat, int transposed) {
  constexpr std::array<int, 4> kRoots = {0, 8, 3, 10};
  const auto bar = static_cast<int>(std::floor(beat / 4));
  const int root = 57 + transposed + kRoots[static_cast<std::size_t>(bar % 4)];
  const bool bright = bar / 8 % 2 == 1;
  double sum = 0;
  for (const int note : {0, 3, 7}) {
    const double hz = 440 * std::exp2((root + note - 69) / 12.0);
    for (int h = 1; h <= (bright ? 10 : 4); ++h)
      sum += std::sin(2 * M_PI * hz * h * beat * kBeat) / h;
  }
  const double in = (beat - std::floor(beat)) * kBeat;
  return 0.03 * sum + 0.4 * std::exp(-in * 14) * std::sin(2 * M_PI * 52 * in);
}

class BarJumpTest : public testing::Test {
 protected:
  // The second record is so many beats further when it takes over than the first was.
  void play(int ahead) {
    music::FeatureExtractor mel(music::standardDefinition(), {music::Feature::kLogMel});
    std::vector<float> mono;
    for (std::int64_t i = 0; i < static_cast<std::int64_t>(kBeats * kBeat * kSampleRate); ++i) {
      const double beat = static_cast<double>(i) / kSampleRate / kBeat;
      mono.push_back(
          static_cast<float>(beat < kBeats / 2.0 ? music(beat, 0) : music(beat + 64 + ahead, 4)));
    }
    mel.push(mono,
             [&](const music::FeatureFrame& frame) { jump_.hear(frame[music::Feature::kLogMel]); });
  }

  static std::size_t likeliest(const BarJump::Chances& chances) {
    return static_cast<std::size_t>(std::max_element(chances.of.begin(), chances.of.end()) -
                                    chances.of.begin());
  }

  BarJump jump_;
  const BeatJump::Found beats_{25, kBeat, kBeat, 0};
  const Stretch first_{1, 25}, second_{25, 49};
};

TEST_F(BarJumpTest, HearsBarsThatGoOn) {
  play(0);
  const auto bars = jump_.bars(beats_, first_, second_);
  ASSERT_TRUE(bars);
  EXPECT_EQ(likeliest(*bars), 0U);
  double sum = 0;
  for (const double chance : bars->of) sum += chance;
  EXPECT_NEAR(sum, 1, 1e-9);
}

TEST_F(BarJumpTest, HearsByHowManyBeatsTheyDoNot) {
  // What is a beat further has its bars begin three beats later.
  play(1);
  EXPECT_EQ(likeliest(*jump_.bars(beats_, first_, second_)), 3U);
}

TEST_F(BarJumpTest, HearsPhrasesThatGoOnOrNot) {
  play(0);
  EXPECT_EQ(likeliest(*jump_.phrases(beats_, first_, second_)), 0U);
}

TEST_F(BarJumpTest, HearsAPhraseThatBeginsTwoBarsLater) {
  play(-8);
  EXPECT_EQ(likeliest(*jump_.phrases(beats_, first_, second_)), 2U);
}

TEST_F(BarJumpTest, SaysNothingOfShortStretches) {
  play(0);
  EXPECT_FALSE(jump_.bars(beats_, {15, 25}, second_));
  EXPECT_FALSE(jump_.phrases(beats_, {10, 25}, second_));
  EXPECT_FALSE(BarJump().bars(beats_, {15, 25}, second_));
}

}  // namespace
}  // namespace dju::judge
