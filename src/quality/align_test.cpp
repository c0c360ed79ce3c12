#include "quality/align.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "quality/peaq/peaq.h"
#include "quality/test_support/passages.h"

namespace dju::quality {
namespace {

using ::testing::HasSubstr;
using testing::musicalPassage;
using testing::scaled;
using testing::shifted;
using testing::throughOpus;
using testing::withNoise;

TEST(Align, FindsDelayGainAndPolarity) {
  const Sound passage = musicalPassage(5);
  for (const std::int64_t delay : {0, 1, 312, -4800, 150000}) {
    const auto found = findAlignment(passage, scaled(shifted(passage, delay), -0.25));
    ASSERT_TRUE(found.ok()) << found.error().what();
    EXPECT_EQ(found->delay, delay);
    EXPECT_NEAR(found->gain, -0.25, 1e-4);
    EXPECT_GT(found->correlation, 0.5);
  }
}

TEST(Align, ACodecThatRemakesNoiseKeepsItsLevel) {
  const Sound passage = withNoise(musicalPassage(5), 0.03);
  const auto found = findAlignment(passage, throughOpus(passage, 32));
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->delay, 0);
  EXPECT_LT(found->correlation, 0.9);
  EXPECT_NEAR(20 * std::log10(found->gain), 0, 0.5);
}

TEST(Align, DelayAndGainCostNoGrade) {
  const Sound passage = musicalPassage(5);
  const Sound coded = throughOpus(passage, 96);
  const double direct = peaqGrade(passage, coded).valueOrThrow().odg;
  const Sound moved = scaled(shifted(coded, 2048), 0.5);
  const auto both = aligned(passage, moved, findAlignment(passage, moved).valueOrThrow());
  ASSERT_TRUE(both.ok());
  EXPECT_EQ(both->reference.frames(), passage.frames() - 2048);
  EXPECT_NEAR(peaqGrade(both->reference, both->test).valueOrThrow().odg, direct, 0.1);
}

TEST(Align, ALoopStaysWhereItIs) {
  Sound loop = musicalPassage(1);
  for (auto& channel : loop.channels) {
    const std::vector<float> once = channel;
    for (int n = 1; n < 6; ++n) channel.insert(channel.end(), once.begin(), once.end());
  }
  EXPECT_EQ(findAlignment(loop, loop).valueOrThrow().delay, 0);
}

TEST(Align, RefusesWhatDoesNotBelongTogether) {
  const Sound passage = musicalPassage(3, 1);
  const auto message = [](const auto& result) {
    return result.ok() ? std::string() : std::string(result.error().what());
  };
  EXPECT_THAT(message(findAlignment(passage, withNoise(scaled(passage, 0), 0.1))),
              HasSubstr("no alignment"));
  EXPECT_THAT(message(findAlignment(passage, scaled(passage, 0))), HasSubstr("test is silent"));
  EXPECT_THAT(message(findAlignment(scaled(passage, 0), passage)),
              HasSubstr("reference is silent"));
  EXPECT_THAT(message(aligned(musicalPassage(9), musicalPassage(3), {})), HasSubstr("3.0 s"));
}

}  // namespace
}  // namespace dju::quality
