#include "music/energy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "music/test_support/groovebox.h"

namespace dju::music {
namespace {

TEST(EnergyTest, RisesWithWhatPlaysAndHasAValueASecond) {
  std::vector<unsigned> bars;
  repeat(bars, kHat, 8);
  repeat(bars, kKick | kHat, 8);
  repeat(bars, kKick | kSnare | kHat | kBass | kChord | kLead, 8);
  const GrooveTrack track = playGroove({}, bars);
  const std::vector<float> curve = energyCurve(logMelOf(track.view()));
  ASSERT_EQ(curve.size(), static_cast<std::size_t>(std::ceil(
                              static_cast<double>(track.samples.size()) / 2 / kSampleRate)));
  const auto atBar = [&](double bar) {
    return curve[static_cast<std::size_t>(track.barAt(bar) * kEnergyRate)];
  };
  EXPECT_LT(atBar(4), 0.35F);
  EXPECT_GT(atBar(12), atBar(4) + 0.1F);
  EXPECT_GT(atBar(20), atBar(12) + 0.1F);
  for (const float value : curve) {
    EXPECT_GE(value, 0);
    EXPECT_LE(value, 1);
  }
}

TEST(EnergyTest, SilenceHasNoneAndNothingGivesNothing) {
  const std::vector<std::int16_t> silence(std::size_t{2 * 48000 * 5 + 2});
  const auto curve = energyCurve(logMelOf({silence.data(), 48000 * 5 + 1, audio::kUnityScale}));
  ASSERT_EQ(curve.size(), 6U);
  for (const float value : curve) EXPECT_EQ(value, 0);
  EXPECT_TRUE(energyCurve(logMelOf({nullptr, 0, audio::kUnityScale})).empty());
}

}  // namespace
}  // namespace dju::music
