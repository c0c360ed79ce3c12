#include "music/bar_phase.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "music/onset.h"
#include "music/test_support/drum_music.h"

namespace dju::music {
namespace {

using testing::playDrums;
using testing::steadyBeats;

constexpr double kBpm = 132, kSeconds = 30, kFirst = 0.4;

struct Breaks {
  std::vector<std::int16_t> samples = playDrums(
      steadyBeats(kFirst, kBpm, kSeconds),
      {"x.x.......x.....", "....x.......x...", "x.x.x.x.x.x.x.x.", "x.....x...x....."}, kSeconds);
  audio::PcmView view() const {
    return {samples.data(), static_cast<std::int64_t>(samples.size() / 2), audio::kUnityScale};
  }
  // Beats of the music; number 0 is the `late`-th of the first bar.
  static BeatLine line(double late) {
    const double period = kOnsetRate * 60 / kBpm;
    return {0, kSeconds * kOnsetRate, kFirst * kOnsetRate + late * period, period};
  }
};

std::size_t mostLikely(const BarChances& chances) {
  return static_cast<std::size_t>(std::max_element(chances.begin(), chances.end()) -
                                  chances.begin());
}

TEST(BarPhaseTest, FindsTheFirstBeatWhereverTheLineBegins) {
  const Breaks music;
  const std::vector<Metre> hypotheses = metreHypotheses(onsetStrength(music.view()));
  for (const std::size_t late : {0U, 1U, 2U, 3U}) {
    const BarChances chances =
        barChances(music.view(), Breaks::line(static_cast<double>(late)), hypotheses);
    EXPECT_EQ(mostLikely(chances), (4 - late) % 4);
    EXPECT_NEAR(std::accumulate(chances.begin(), chances.end(), 0.0), 1, 1e-9);
  }
}

TEST(BarPhaseTest, DoesWithoutHypotheses) {
  const Breaks music;
  const BarChances chances = barChances(music.view(), Breaks::line(0), {});
  EXPECT_NEAR(std::accumulate(chances.begin(), chances.end(), 0.0), 1, 1e-9);
}

// Neither the sound's ends nor a line that hangs over them may be left.
TEST(BarPhaseTest, TakesLinesThatHangOverTheSound) {
  const Breaks music;
  BeatLine line = Breaks::line(0);
  line.from = -400;
  line.to += 4000;
  const BarChances over = barChances(music.view(), line, {});
  EXPECT_NEAR(std::accumulate(over.begin(), over.end(), 0.0), 1, 1e-9);
  line.from = line.to - 10;
  const BarChances behind = barChances(music.view(), line, {});
  EXPECT_NEAR(std::accumulate(behind.begin(), behind.end(), 0.0), 1, 1e-9);
}

}  // namespace
}  // namespace dju::music
